import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { OpenaiModule } from '../openai/openai.module';
import { UpstreamModule } from '../upstream/upstream.module';
import { BackgroundResponses } from './background-responses.service';
import { ResponseService } from './response.service';
import { ResponseStateRepository } from './response-state.repository';
import { ResponsesController } from './responses.controller';
import { StoredResponseService } from './stored-response.service';

@Module({
  imports: [AuthModule, OpenaiModule, UpstreamModule],
  controllers: [ResponsesController],
  providers: [ResponseService, ResponseStateRepository, BackgroundResponses, StoredResponseService],
})
export class ResponsesModule {}
