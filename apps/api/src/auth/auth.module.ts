import { Module } from '@nestjs/common';
import { ApiKeyRepository } from './api-key.repository';
import { ApiKeyService } from './api-key.service';
import { KeyFreshness } from './key-freshness.service';
import { PepperModule } from './pepper.module';

@Module({
  imports: [PepperModule],
  providers: [ApiKeyRepository, ApiKeyService, KeyFreshness],
  exports: [ApiKeyService, KeyFreshness, PepperModule],
})
export class AuthModule {}
