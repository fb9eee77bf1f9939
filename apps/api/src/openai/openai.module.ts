import { Module } from '@nestjs/common';
import { AdmissionModule } from '../admission/admission.module';
import { UpstreamModule } from '../upstream/upstream.module';
import { ChatController } from './chat.controller';
import { ChatService } from './chat.service';
import { GenerationPipeline } from './generation.pipeline';
import { ModelsController } from './models.controller';
import { ModelsService } from './models.service';
import { OpenaiExceptionFilter } from './openai-exception.filter';

@Module({
  imports: [UpstreamModule, AdmissionModule],
  controllers: [ChatController, ModelsController],
  providers: [ChatService, GenerationPipeline, ModelsService, OpenaiExceptionFilter],
  exports: [OpenaiExceptionFilter],
})
export class OpenaiModule {}
