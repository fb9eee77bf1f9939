import { Get, Param } from '@nestjs/common';
import type { RequestEnergy, SessionUser } from '@ollameter/admin-contract';
import { CurrentUser } from '../../identity/current-user.decorator';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { LogIdDto } from '../logs/log-query.dto';
import { RequestEnergyService } from './request-energy.service';

@AdminController('api/logs/:id/energy')
export class RequestEnergyController {
  constructor(private readonly energy: RequestEnergyService) {}

  @Get()
  @Permission('logs:read')
  slices(@CurrentUser() user: SessionUser, @Param() { id }: LogIdDto): Promise<RequestEnergy> {
    return this.energy.of(user, id);
  }
}
