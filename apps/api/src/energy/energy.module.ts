import { Module } from '@nestjs/common';
import { ConstantMeter } from './constant-meter';
import { HostSettler } from './host-settler';
import { PowerMeter } from './power-meter';
import { PowerNow } from './power-now.service';
import { SettlementRepository } from './settlement.repository';
import { SettlerLock } from './settler-lock';
import { SettlerService } from './settler.service';
import { TariffModule } from './tariff.module';

/** Power and the settler. Needs TypeORM's `DataSource` and an `UnstoredIntervals` from outside. */
@Module({
  imports: [TariffModule],
  providers: [
    { provide: PowerMeter, useClass: ConstantMeter },
    PowerNow,
    SettlementRepository,
    HostSettler,
    SettlerLock,
    SettlerService,
  ],
  exports: [PowerNow, SettlerService, TariffModule],
})
export class EnergyModule {}
