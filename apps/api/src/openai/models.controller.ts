import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import type { Model, ModelList } from '@ollameter/openai-contract';
import type { FastifyRequest } from 'fastify';
import { GatewayThrottlerGuard } from '../admission/limits/gateway-throttler.guard';
import { ApiKeyGuard } from '../auth/api-key.guard';
import { CurrentExchange } from '../exchange/current-exchange.decorator';
import type { Exchange } from '../exchange/exchange';
import { GatewayRoute } from '../plane/gateway-route.decorator';
import { Plane } from '../plane/plane.decorator';
import { ModelsService } from './models.service';

@Plane('gateway')
@UseGuards(ApiKeyGuard, GatewayThrottlerGuard)
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get()
  @GatewayRoute({ endpoint: 'models', access: 'key' })
  list(@CurrentExchange() exchange: Exchange): Promise<ModelList> {
    return this.models.list(exchange);
  }

  /** Ids hold `:` and `/`, raw or encoded; the router decodes them once. */
  @Get('*')
  @GatewayRoute({ endpoint: 'models', access: 'key' })
  retrieve(
    @CurrentExchange() exchange: Exchange,
    @Req() request: FastifyRequest<{ Params: { '*': string } }>,
  ): Promise<Model | ModelList> {
    const id = request.params['*'];
    return id === '' ? this.models.list(exchange) : this.models.retrieve(exchange, id);
  }
}
