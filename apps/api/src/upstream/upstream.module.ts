import { Module } from '@nestjs/common';
import { ModelSettings } from './model-settings.service';
import { ModelSettingsRepository } from './model-settings.repository';
import { HostModels } from './ollama/host-models.service';
import { HostPool } from './ollama/host-pool.service';
import { OllamaProvider } from './ollama/ollama.provider';
import { UpstreamProvider } from './upstream.provider';

@Module({
  providers: [
    HostModels,
    HostPool,
    ModelSettings,
    ModelSettingsRepository,
    { provide: UpstreamProvider, useClass: OllamaProvider },
  ],
  exports: [HostModels, HostPool, ModelSettings, ModelSettingsRepository, UpstreamProvider],
})
export class UpstreamModule {}
