import { Body, Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayThrottlerGuard } from '../admission/limits/gateway-throttler.guard';
import { ApiKeyGuard } from '../auth/api-key.guard';
import { CurrentExchange } from '../exchange/current-exchange.decorator';
import type { Exchange } from '../exchange/exchange';
import { GatewayRoute } from '../plane/gateway-route.decorator';
import { Plane } from '../plane/plane.decorator';
import { EmbeddingService } from './embedding.service';
import { GenerationPipeline } from './generation.pipeline';

@Plane('gateway')
@UseGuards(ApiKeyGuard, GatewayThrottlerGuard)
@Controller('v1/embeddings')
export class EmbeddingController {
  constructor(
    private readonly embeddings: EmbeddingService,
    private readonly pipeline: GenerationPipeline,
  ) {}

  @Post()
  @HttpCode(200)
  @GatewayRoute({ endpoint: 'embeddings', access: 'key' })
  async create(
    @CurrentExchange() exchange: Exchange,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.pipeline.run(exchange, await this.embeddings.plan(body, request.bodyText ?? null), reply);
  }
}
