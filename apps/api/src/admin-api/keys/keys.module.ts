import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { IdentityModule } from '../../identity/identity.module';
import { LimitsApiModule } from '../limits/limits-api.module';
import { KeyRepository } from './key.repository';
import { KeysController } from './keys.controller';
import { KeysService } from './keys.service';

@Module({
  imports: [AuthModule, IdentityModule, LimitsApiModule],
  controllers: [KeysController],
  providers: [KeyRepository, KeysService],
})
export class KeysModule {}
