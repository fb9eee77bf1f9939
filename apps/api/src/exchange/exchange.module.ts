import { Global, Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { GatewayEntry } from './gateway-entry';
import { InFlight } from './in-flight';

@Global()
@Module({ imports: [AuthModule], providers: [InFlight, GatewayEntry], exports: [InFlight, GatewayEntry] })
export class ExchangeModule {}
