import { Module } from '@nestjs/common';
import { AdmissionModule } from '../admission/admission.module';
import { UpstreamModule } from '../upstream/upstream.module';
import { ChatController } from './chat.controller';
import { ChatPipeline } from './chat.pipeline';
import { ModelsController } from './models.controller';
import { ModelsService } from './models.service';
import { OpenaiExceptionFilter } from './openai-exception.filter';

@Module({
  imports: [UpstreamModule, AdmissionModule],
  controllers: [ChatController, ModelsController],
  providers: [ChatPipeline, ModelsService, OpenaiExceptionFilter],
  exports: [OpenaiExceptionFilter],
})
export class OpenaiModule {}
