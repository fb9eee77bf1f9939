import { Get, Header } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import { Permission } from '../identity/permission';
import { MetricsService } from './metrics.service';

@AdminController('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @Permission('metrics:read')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.metrics.text();
  }
}
