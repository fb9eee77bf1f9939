import { Module } from '@nestjs/common';
import { UpstreamModule } from '../upstream/upstream.module';
import { AdmissionService } from './admission.service';

@Module({ imports: [UpstreamModule], providers: [AdmissionService], exports: [AdmissionService] })
export class AdmissionModule {}
