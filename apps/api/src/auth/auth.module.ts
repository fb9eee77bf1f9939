import { Module } from '@nestjs/common';
import { ApiKeyRepository } from './api-key.repository';
import { ApiKeyService } from './api-key.service';
import { KeyFreshness } from './key-freshness.service';
import { PepperService } from './pepper.service';

@Module({
  providers: [PepperService, ApiKeyRepository, ApiKeyService, KeyFreshness],
  exports: [ApiKeyService, KeyFreshness, PepperService],
})
export class AuthModule {}
