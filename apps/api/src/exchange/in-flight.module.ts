import { Global, Module } from '@nestjs/common';
import { InFlight } from './in-flight';

@Global()
@Module({ providers: [InFlight], exports: [InFlight] })
export class InFlightModule {}
