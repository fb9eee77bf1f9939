import { Injectable } from '@nestjs/common';
import type { PhaseWeights as PhaseWeightsReport } from '@ollameter/admin-contract';
import { AppConfig } from '../../config/app-config';
import { MIN_SOLO_REQUESTS, PhaseWeights } from '../../energy/phase-weights.service';

/** How stretches are shared, and what the models' tokens weigh in that. */
@Injectable()
export class PhaseWeightsReports {
  constructor(
    private readonly config: AppConfig,
    private readonly weights: PhaseWeights,
  ) {}

  async report(): Promise<PhaseWeightsReport> {
    return {
      sharing: this.config.energySharing,
      items: (await this.weights.all()).map(({ fittedAt, ...weight }) => ({
        ...weight,
        fittedAt: fittedAt.toISOString(),
      })),
      minSoloRequests: MIN_SOLO_REQUESTS,
    };
  }
}
