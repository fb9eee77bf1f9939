import { Module } from '@nestjs/common';
import { ConstantMeter } from './constant-meter';
import { EnergyClock, GatewayEnergyClock } from './energy-clock';
import { HostSettler } from './host-settler';
import { PowerMeter } from './power-meter';
import { PowerNow } from './power-now.service';
import { SettlementRepository } from './settlement.repository';
import { SettlerLock } from './settler-lock';
import { SettlerService } from './settler.service';
import { TariffService } from './tariff.service';

/** Power, tariff and the settler. Needs TypeORM's `DataSource` and an `UnstoredIntervals` from outside. */
@Module({
  providers: [
    { provide: EnergyClock, useClass: GatewayEnergyClock },
    { provide: PowerMeter, useClass: ConstantMeter },
    PowerNow,
    TariffService,
    SettlementRepository,
    HostSettler,
    SettlerLock,
    SettlerService,
  ],
  exports: [PowerNow, SettlerService, TariffService],
})
export class EnergyModule {}
