import { Body, Controller, Delete, Head, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayThrottlerGuard } from '../admission/limits/gateway-throttler.guard';
import { ApiKeyGuard } from '../auth/api-key.guard';
import { CurrentExchange } from '../exchange/current-exchange.decorator';
import type { Exchange } from '../exchange/exchange';
import { GenerationPipeline } from '../openai/generation.pipeline';
import { GatewayRoute } from '../plane/gateway-route.decorator';
import { Plane } from '../plane/plane.decorator';
import { type NativePath, NativeService } from './native.service';

@Plane('gateway')
@UseGuards(ApiKeyGuard, GatewayThrottlerGuard)
@Controller('api')
export class NativeController {
  constructor(
    private readonly native: NativeService,
    private readonly pipeline: GenerationPipeline,
  ) {}

  @Post('chat')
  @HttpCode(200)
  @GatewayRoute({ endpoint: 'ollama.chat', access: 'key', wire: 'ollama', largeBody: true })
  chat(
    @CurrentExchange() exchange: Exchange,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.run('/api/chat', exchange, body, request, reply);
  }

  @Post('generate')
  @HttpCode(200)
  @GatewayRoute({ endpoint: 'ollama.generate', access: 'key', wire: 'ollama' })
  generate(
    @CurrentExchange() exchange: Exchange,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.run('/api/generate', exchange, body, request, reply);
  }

  @Post('embed')
  @HttpCode(200)
  @GatewayRoute({ endpoint: 'ollama.embed', access: 'key', wire: 'ollama' })
  embed(
    @CurrentExchange() exchange: Exchange,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.run('/api/embed', exchange, body, request, reply);
  }

  @Post('embeddings')
  @HttpCode(200)
  @GatewayRoute({ endpoint: 'ollama.embeddings', access: 'key', wire: 'ollama' })
  embeddings(
    @CurrentExchange() exchange: Exchange,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.run('/api/embeddings', exchange, body, request, reply);
  }

  /** Whatever changes a host is the owner's business, in the portal. The entry refuses it; nothing gets here. */
  @Post(['pull', 'push', 'create', 'copy', 'blobs/*'])
  @GatewayRoute({ endpoint: 'ollama.manage', access: 'never', wire: 'ollama' })
  change(): void {
    return;
  }

  @Head('blobs/*')
  @GatewayRoute({ endpoint: 'ollama.manage', access: 'never', wire: 'ollama' })
  findBlob(): void {
    return;
  }

  @Delete('delete')
  @GatewayRoute({ endpoint: 'ollama.manage', access: 'never', wire: 'ollama' })
  delete(): void {
    return;
  }

  private async run(
    path: NativePath,
    exchange: Exchange,
    body: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    await this.pipeline.run(
      exchange,
      await this.native.plan(path, exchange, body, request.bodyText ?? null),
      reply,
    );
  }
}
