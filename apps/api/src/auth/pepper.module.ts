import { Module } from '@nestjs/common';
import { PepperService } from './pepper.service';

/** One pepper for API keys and for what people's accounts keep sealed. */
@Module({ providers: [PepperService], exports: [PepperService] })
export class PepperModule {}
