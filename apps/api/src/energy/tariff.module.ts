import { Module } from '@nestjs/common';
import { EnergyClock, GatewayEnergyClock } from './energy-clock';
import { PriceFetchRepository } from './price-fetch.repository';
import { PriceFetcher } from './price-fetcher.service';
import { TariffRepository } from './tariff.repository';
import { TariffService } from './tariff.service';

/** Tariff versions and their prices. Needs TypeORM's `DataSource` from outside. */
@Module({
  providers: [
    { provide: EnergyClock, useClass: GatewayEnergyClock },
    TariffRepository,
    TariffService,
    PriceFetcher,
    PriceFetchRepository,
  ],
  exports: [EnergyClock, PriceFetcher, PriceFetchRepository, TariffRepository, TariffService],
})
export class TariffModule {}
