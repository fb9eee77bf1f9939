import { Module } from '@nestjs/common';
import { EnergyModule } from '../energy/energy.module';
import { IdentityModule } from '../identity/identity.module';
import { UpstreamModule } from '../upstream/upstream.module';
import { MetricsController } from './metrics.controller';
import { MetricsService } from './metrics.service';

@Module({
  imports: [EnergyModule, IdentityModule, UpstreamModule],
  controllers: [MetricsController],
  providers: [MetricsService],
})
export class MetricsModule {}
