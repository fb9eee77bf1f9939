import { Module } from '@nestjs/common';
import { HostPool } from './ollama/host-pool.service';
import { OllamaProvider } from './ollama/ollama.provider';
import { UpstreamProvider } from './upstream.provider';

@Module({
  providers: [HostPool, { provide: UpstreamProvider, useClass: OllamaProvider }],
  exports: [HostPool, UpstreamProvider],
})
export class UpstreamModule {}
