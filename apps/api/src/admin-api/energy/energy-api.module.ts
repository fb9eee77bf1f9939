import { Module } from '@nestjs/common';
import { EnergyModule } from '../../energy/energy.module';
import { IdentityModule } from '../../identity/identity.module';
import { AdminApiModule } from '../admin-api.module';
import { RequestEnergyController } from './request-energy.controller';
import { RequestEnergyService } from './request-energy.service';
import { TariffsController } from './tariffs.controller';
import { TariffsService } from './tariffs.service';

/** The admin plane's view of tariffs, meters and what electricity was used for. */
@Module({
  imports: [AdminApiModule, EnergyModule, IdentityModule],
  controllers: [RequestEnergyController, TariffsController],
  providers: [RequestEnergyService, TariffsService],
})
export class EnergyApiModule {}
