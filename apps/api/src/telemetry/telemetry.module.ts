import { Module } from '@nestjs/common';
import { RequestLogModule } from '../request-log/request-log.module';
import { UpstreamModule } from '../upstream/upstream.module';
import { TelemetryService } from './telemetry.service';

@Module({
  imports: [RequestLogModule, UpstreamModule],
  providers: [TelemetryService],
})
export class TelemetryModule {}
