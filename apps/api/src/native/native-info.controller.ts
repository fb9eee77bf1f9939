import { Body, Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { GatewayThrottlerGuard } from '../admission/limits/gateway-throttler.guard';
import { ApiKeyGuard } from '../auth/api-key.guard';
import { CurrentExchange } from '../exchange/current-exchange.decorator';
import type { Exchange } from '../exchange/exchange';
import { GatewayRoute } from '../plane/gateway-route.decorator';
import { Plane } from '../plane/plane.decorator';
import { NativeInfoService } from './native-info.service';

@Plane('gateway')
@UseGuards(ApiKeyGuard, GatewayThrottlerGuard)
@Controller('api')
export class NativeInfoController {
  constructor(private readonly info: NativeInfoService) {}

  @Get('tags')
  @GatewayRoute({ endpoint: 'ollama.models', access: 'key', wire: 'ollama' })
  tags(@CurrentExchange() exchange: Exchange): Promise<unknown> {
    return this.info.lists(exchange, '/api/tags');
  }

  @Get('ps')
  @GatewayRoute({ endpoint: 'ollama.models', access: 'key', wire: 'ollama' })
  ps(@CurrentExchange() exchange: Exchange): Promise<unknown> {
    return this.info.lists(exchange, '/api/ps');
  }

  @Get('version')
  @GatewayRoute({ endpoint: 'ollama.models', access: 'key', wire: 'ollama' })
  version(@CurrentExchange() exchange: Exchange): Promise<unknown> {
    return this.info.version(exchange);
  }

  @Post('show')
  @HttpCode(200)
  @GatewayRoute({ endpoint: 'ollama.models', access: 'key', wire: 'ollama' })
  show(@CurrentExchange() exchange: Exchange, @Body() body: unknown): Promise<unknown> {
    return this.info.show(exchange, body);
  }
}
