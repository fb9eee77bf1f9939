import { Module } from '@nestjs/common';
import { ModelSettings } from './model-settings.service';
import { HostPool } from './ollama/host-pool.service';
import { OllamaProvider } from './ollama/ollama.provider';
import { UpstreamProvider } from './upstream.provider';

@Module({
  providers: [HostPool, ModelSettings, { provide: UpstreamProvider, useClass: OllamaProvider }],
  exports: [HostPool, ModelSettings, UpstreamProvider],
})
export class UpstreamModule {}
