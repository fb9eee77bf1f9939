import { Module } from '@nestjs/common';
import { AdmissionModule } from '../../admission/admission.module';
import { AuthModule } from '../../auth/auth.module';
import { IdentityModule } from '../../identity/identity.module';
import { KeyRepository } from './key.repository';
import { KeysController } from './keys.controller';
import { KeysService } from './keys.service';
import { LimitsUseOfKeys } from './limits-use.service';

@Module({
  imports: [AdmissionModule, AuthModule, IdentityModule],
  controllers: [KeysController],
  providers: [KeyRepository, KeysService, LimitsUseOfKeys],
})
export class KeysModule {}
