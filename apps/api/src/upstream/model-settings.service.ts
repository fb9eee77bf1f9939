import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/app-config';

/** What the owner fixed for a model. */
@Injectable()
export class ModelSettings {
  constructor(private readonly config: AppConfig) {}

  /** The context every request for this model is sent with, so that it never reloads; null: none is ever sent. */
  numCtx(_model: string): number | null {
    return this.config.numCtx;
  }
}
