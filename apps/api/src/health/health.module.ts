import { Global, Module } from '@nestjs/common';
import { GatewayState } from '../admin-api/gateway-state';
import { AdmissionModule } from '../admission/admission.module';
import { EnergyModule } from '../energy/energy.module';
import { UpstreamModule } from '../upstream/upstream.module';
import { HealthController } from './health.controller';
import { HealthService } from './health.service';
import { LiveGatewayState } from './live-gateway-state.service';

@Global()
@Module({
  imports: [UpstreamModule, AdmissionModule, EnergyModule],
  controllers: [HealthController],
  providers: [HealthService, { provide: GatewayState, useClass: LiveGatewayState }],
  exports: [HealthService, GatewayState],
})
export class HealthModule {}
