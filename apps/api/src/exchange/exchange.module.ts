import { Global, Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { GatewayEntry } from './gateway-entry';
import { InFlight } from './in-flight';
import { LiveRequests } from './live-requests';

@Global()
@Module({
  imports: [AuthModule],
  providers: [InFlight, LiveRequests, GatewayEntry],
  exports: [InFlight, LiveRequests, GatewayEntry],
})
export class ExchangeModule {}
