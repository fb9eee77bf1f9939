import { Module } from '@nestjs/common';
import { AdmissionModule } from '../admission/admission.module';
import { LimitsModule } from '../admission/limits/limits.module';
import { EnergyModule } from '../energy/energy.module';
import { UpstreamModule } from '../upstream/upstream.module';
import { ChatController } from './chat.controller';
import { ChatService } from './chat.service';
import { CompletionController } from './completion.controller';
import { CompletionService } from './completion.service';
import { EmbeddingController } from './embedding.controller';
import { EmbeddingService } from './embedding.service';
import { GenerationPipeline } from './generation.pipeline';
import { ImageFetcher } from './image-fetcher';
import { ImageInliner } from './image-inliner.service';
import { ModelFactsService } from './model-facts.service';
import { ModelsController } from './models.controller';
import { ModelsService } from './models.service';
import { OpenaiExceptionFilter } from './openai-exception.filter';

@Module({
  imports: [UpstreamModule, AdmissionModule, LimitsModule, EnergyModule],
  controllers: [ChatController, CompletionController, EmbeddingController, ModelsController],
  providers: [
    ChatService,
    CompletionService,
    EmbeddingService,
    GenerationPipeline,
    { provide: ImageFetcher, useFactory: () => new ImageFetcher() },
    ImageInliner,
    ModelFactsService,
    ModelsService,
    OpenaiExceptionFilter,
  ],
  exports: [OpenaiExceptionFilter, GenerationPipeline, ImageInliner, ModelFactsService],
})
export class OpenaiModule {}
