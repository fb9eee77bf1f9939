import { Get } from '@nestjs/common';
import type { GatewayStatus } from '@ollameter/admin-contract';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { GatewayState } from '../gateway-state';

@AdminController('api/status')
export class StatusController {
  constructor(private readonly gateway: GatewayState) {}

  @Get()
  @Permission('status:read')
  async read(): Promise<GatewayStatus> {
    return this.gateway.status();
  }
}
