import { Body, Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayThrottlerGuard } from '../admission/limits/gateway-throttler.guard';
import { ApiKeyGuard } from '../auth/api-key.guard';
import { CurrentExchange } from '../exchange/current-exchange.decorator';
import type { Exchange } from '../exchange/exchange';
import { GatewayRoute } from '../plane/gateway-route.decorator';
import { Plane } from '../plane/plane.decorator';
import { ChatService } from './chat.service';
import { GenerationPipeline } from './generation.pipeline';

@Plane('gateway')
@UseGuards(ApiKeyGuard, GatewayThrottlerGuard)
@Controller('v1/chat')
export class ChatController {
  constructor(
    private readonly chat: ChatService,
    private readonly pipeline: GenerationPipeline,
  ) {}

  @Post('completions')
  @HttpCode(200)
  @GatewayRoute({ endpoint: 'chat.completions', access: 'key', largeBody: true })
  async complete(
    @CurrentExchange() exchange: Exchange,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.pipeline.run(exchange, await this.chat.plan(exchange, body, request.bodyText ?? null), reply);
  }
}
