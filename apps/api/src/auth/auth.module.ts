import { Module } from '@nestjs/common';
import { ApiKeyRepository } from './api-key.repository';
import { ApiKeyService } from './api-key.service';
import { PepperService } from './pepper.service';

@Module({
  providers: [PepperService, ApiKeyRepository, ApiKeyService],
  exports: [ApiKeyService, PepperService],
})
export class AuthModule {}
