import { Get } from '@nestjs/common';
import type { GatewayStatus } from '@ollameter/admin-contract';
import { Permission } from '../../identity/permission';
import { CurrentReader, type Reader } from '../../identity/reader';
import { AdminController } from '../admin-controller.decorator';
import { GatewayState } from '../gateway-state';
import { visibleStatus } from './visible-status';

@AdminController('api/status')
export class StatusController {
  constructor(private readonly gateway: GatewayState) {}

  @Get()
  @Permission('status:read')
  async read(@CurrentReader() { ownerId }: Reader): Promise<GatewayStatus> {
    return visibleStatus(await this.gateway.status(), ownerId);
  }
}
