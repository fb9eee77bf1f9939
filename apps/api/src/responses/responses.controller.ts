import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import type { Response } from '@ollameter/openai-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayThrottlerGuard } from '../admission/limits/gateway-throttler.guard';
import { ApiKeyGuard } from '../auth/api-key.guard';
import { CurrentExchange } from '../exchange/current-exchange.decorator';
import type { Exchange } from '../exchange/exchange';
import { GenerationPipeline } from '../openai/generation.pipeline';
import { GatewayRoute } from '../plane/gateway-route.decorator';
import { Plane } from '../plane/plane.decorator';
import { BackgroundResponses } from './background-responses.service';
import { ResponseService } from './response.service';
import { type InputItemPage, type InputItemQuery, StoredResponseService } from './stored-response.service';

@Plane('gateway')
@UseGuards(ApiKeyGuard, GatewayThrottlerGuard)
@Controller('v1/responses')
export class ResponsesController {
  constructor(
    private readonly responses: ResponseService,
    private readonly stored: StoredResponseService,
    private readonly background: BackgroundResponses,
    private readonly pipeline: GenerationPipeline,
  ) {}

  @Post()
  @HttpCode(200)
  @GatewayRoute({ endpoint: 'responses', access: 'key', largeBody: true })
  async create(
    @CurrentExchange() exchange: Exchange,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const planned = await this.responses.plan(exchange, body, request.bodyText ?? null);
    if (planned.background) await reply.send(await this.background.start(exchange, planned, reply.raw));
    else await this.pipeline.run(exchange, planned.plan, reply);
  }

  @Get(':id')
  @GatewayRoute({ endpoint: 'responses.state', access: 'key' })
  retrieve(
    @CurrentExchange() exchange: Exchange,
    @Param('id') id: string,
    @Query() query: { stream?: string },
  ): Promise<Response> {
    return this.stored.retrieve(exchange, id, query);
  }

  @Delete(':id')
  @GatewayRoute({ endpoint: 'responses.state', access: 'key' })
  delete(
    @CurrentExchange() exchange: Exchange,
    @Param('id') id: string,
  ): Promise<{ id: string; deleted: true }> {
    return this.stored.delete(exchange, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @GatewayRoute({ endpoint: 'responses.state', access: 'key' })
  cancel(@CurrentExchange() exchange: Exchange, @Param('id') id: string): Promise<Response> {
    return this.stored.cancel(exchange, id);
  }

  @Get(':id/input_items')
  @GatewayRoute({ endpoint: 'responses.state', access: 'key' })
  inputItems(
    @CurrentExchange() exchange: Exchange,
    @Param('id') id: string,
    @Query() query: InputItemQuery,
  ): Promise<InputItemPage> {
    return this.stored.inputItems(exchange, id, query);
  }
}
