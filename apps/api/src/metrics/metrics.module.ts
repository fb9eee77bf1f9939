import { Module } from '@nestjs/common';
import { LimitsModule } from '../admission/limits/limits.module';
import { EnergyModule } from '../energy/energy.module';
import { IdentityModule } from '../identity/identity.module';
import { UpstreamModule } from '../upstream/upstream.module';
import { MetricsController } from './metrics.controller';
import { MetricsService } from './metrics.service';

@Module({
  imports: [EnergyModule, IdentityModule, LimitsModule, UpstreamModule],
  controllers: [MetricsController],
  providers: [MetricsService],
})
export class MetricsModule {}
