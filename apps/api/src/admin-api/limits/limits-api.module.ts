import { Module } from '@nestjs/common';
import { AdmissionModule } from '../../admission/admission.module';
import { LimitsModule } from '../../admission/limits/limits.module';
import { IdentityModule } from '../../identity/identity.module';
import { AllLimitsService } from './all-limits.service';
import { LimitsController } from './limits.controller';
import { LimitsUseService } from './limits-use.service';

@Module({
  imports: [AdmissionModule, IdentityModule, LimitsModule],
  controllers: [LimitsController],
  providers: [AllLimitsService, LimitsUseService],
  exports: [LimitsModule, LimitsUseService],
})
export class LimitsApiModule {}
