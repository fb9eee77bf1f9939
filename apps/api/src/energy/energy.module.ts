import { Module } from '@nestjs/common';
import { PepperModule } from '../auth/pepper.module';
import { ChargeEstimator } from './charge-estimator.service';
import { HostMeter } from './host-meter';
import { HostSettler } from './host-settler';
import { MeterRegistry } from './meters/meter-registry.service';
import { MeterRepository } from './meters/meter.repository';
import { PowerHistory } from './power-history.service';
import { PhaseWeights } from './phase-weights.service';
import { PowerMeter } from './power-meter';
import { PowerNow } from './power-now.service';
import { SettlementRepository } from './settlement.repository';
import { SettlerLock } from './settler-lock';
import { SettlerService } from './settler.service';
import { TariffModule } from './tariff.module';

/** Power and the settler. Needs TypeORM's `DataSource`, an `UnstoredIntervals` and `OtherReplicas` from outside. */
@Module({
  imports: [PepperModule, TariffModule],
  providers: [
    ChargeEstimator,
    { provide: PowerMeter, useClass: HostMeter },
    MeterRegistry,
    MeterRepository,
    PhaseWeights,
    PowerHistory,
    PowerNow,
    SettlementRepository,
    HostSettler,
    SettlerLock,
    SettlerService,
  ],
  exports: [
    ChargeEstimator,
    MeterRegistry,
    MeterRepository,
    PhaseWeights,
    PowerHistory,
    PowerMeter,
    PowerNow,
    SettlerService,
    TariffModule,
  ],
})
export class EnergyModule {}
