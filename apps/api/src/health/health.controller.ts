import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { GatewayRoute } from '../plane/gateway-route.decorator';
import { Plane } from '../plane/plane.decorator';
import { type HealthReport, HealthService } from './health.service';

@Plane('gateway')
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @GatewayRoute({ endpoint: null, access: 'public' })
  report(): Promise<HealthReport> {
    return this.health.report();
  }

  @Get('live')
  @GatewayRoute({ endpoint: null, access: 'public' })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @GatewayRoute({ endpoint: null, access: 'public' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): { status: 'ok' | 'not_ready' } {
    const ready = this.health.ready;
    if (!ready) reply.code(503);
    return { status: ready ? 'ok' : 'not_ready' };
  }
}
