import { Module } from '@nestjs/common';
import { OpenaiModule } from '../openai/openai.module';
import { UpstreamModule } from '../upstream/upstream.module';
import { NativeInfoController } from './native-info.controller';
import { NativeInfoService } from './native-info.service';
import { NativeController } from './native.controller';
import { NativeService } from './native.service';

@Module({
  imports: [UpstreamModule, OpenaiModule],
  controllers: [NativeController, NativeInfoController],
  providers: [NativeService, NativeInfoService],
})
export class NativeModule {}
