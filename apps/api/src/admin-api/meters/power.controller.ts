import { Get } from '@nestjs/common';
import type { PowerNow } from '@ollameter/admin-contract';
import { PowerHistory } from '../../energy/power-history.service';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';

@AdminController('api/energy/power')
export class PowerController {
  constructor(private readonly history: PowerHistory) {}

  @Get()
  @Permission('energy:read')
  now(): Promise<PowerNow> {
    return this.history.now();
  }
}
