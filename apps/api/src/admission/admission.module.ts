import { Module } from '@nestjs/common';
import { UpstreamModule } from '../upstream/upstream.module';
import { AdmissionService } from './admission.service';
import { LimitsModule } from './limits/limits.module';

@Module({
  imports: [UpstreamModule, LimitsModule],
  providers: [AdmissionService],
  exports: [AdmissionService],
})
export class AdmissionModule {}
