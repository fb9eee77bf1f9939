import { Module } from '@nestjs/common';
import { EnergyModule } from '../../energy/energy.module';
import { IdentityModule } from '../../identity/identity.module';
import { MeterDetector } from './meter-detector.service';
import { MeterTester } from './meter-tester.service';
import { MetersController } from './meters.controller';
import { MetersService } from './meters.service';
import { PowerController } from './power.controller';

/** The admin plane's view of meters and of what the machines draw. */
@Module({
  imports: [EnergyModule, IdentityModule],
  controllers: [MetersController, PowerController],
  providers: [MeterDetector, MeterTester, MetersService],
})
export class MetersApiModule {}
