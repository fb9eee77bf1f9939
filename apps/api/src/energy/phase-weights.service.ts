import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/app-config';
import { uuidv7AtMs } from '../request-log/month-partition';
import { EnergyClock } from './energy-clock';
import type { PhaseWeight } from './phase-weight.entity';

/** Fewer requests that ran alone say nothing of their model. */
export const MIN_SOLO_REQUESTS = 5;

const FIT_EVERY_US = 3_600_000_000;
const HISTORY_MS = 30 * 86_400_000;
const MAX_SOLO_REQUESTS = 5_000;

/**
 * Per host and model: the energy of all prompt phases over all prompt tokens that were evaluated, and of all generation over all generated
 * tokens, above the idle floor, of the newest requests that nobody shared the machine with. (A ratio of sums: long
 * requests, which a slow meter resolves best, count most.)
 */
const FIT = `
  WITH solo AS (
    SELECT e.host, l.model, l.prompt_tokens - coalesce(l.cached_prompt_tokens, 0) AS evaluated, l.completion_tokens,
           e.slices
      FROM request_energy AS e JOIN request_log AS l ON l.id = e.id AND l.id >= $1
     WHERE e.id >= $1 AND e.concurrency = 1 AND e.quality <> 'estimated'
       AND l.model IS NOT NULL AND l.prompt_tokens > coalesce(l.cached_prompt_tokens, 0) AND l.completion_tokens > 0 AND l.prompt_ms > 0
     ORDER BY e.id DESC LIMIT ${MAX_SOLO_REQUESTS}),
  used AS (
    SELECT solo.host, solo.model, evaluated, completion_tokens, phase.prompt, phase.generate
      FROM solo, LATERAL (
        SELECT coalesce(sum(net) FILTER (WHERE name = 'prompt'), 0) AS prompt,
               coalesce(sum(net) FILTER (WHERE name = 'generate'), 0) AS generate
          FROM (SELECT slice ->> 'phase' AS name, (slice ->> 'pj')::numeric - (slice ->> 'floor')::numeric AS net
                  FROM jsonb_array_elements(solo.slices) AS slice) AS slices) AS phase)
  INSERT INTO phase_weight
    (host, model, joules_per_prompt_token, joules_per_generated_token, solo_requests, fitted_at)
  SELECT host, model, sum(prompt) / sum(evaluated) / 1e12, sum(generate) / sum(completion_tokens) / 1e12,
         count(*), $2
    FROM used GROUP BY host, model HAVING count(*) >= ${MIN_SOLO_REQUESTS} AND sum(generate) > 0
  ON CONFLICT (host, model) DO UPDATE
     SET joules_per_prompt_token = excluded.joules_per_prompt_token,
         joules_per_generated_token = excluded.joules_per_generated_token,
         solo_requests = excluded.solo_requests, fitted_at = excluded.fitted_at`;

const ALL = `
  SELECT host, model, joules_per_prompt_token AS "joulesPerPromptToken",
         joules_per_generated_token AS "joulesPerGeneratedToken", solo_requests AS "soloRequests",
         fitted_at AS "fittedAt"
    FROM phase_weight ORDER BY host, model`;

/** What a token of a model's prompt and of its generation weighs, where ENERGY_SHARING is `phases`. */
@Injectable()
export class PhaseWeights {
  private readonly logger = new Logger(PhaseWeights.name);
  private readonly byPlace = new Map<string, PhaseWeight>();
  private fittedUs = -Infinity;

  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
    private readonly dataSource: DataSource,
  ) {}

  /** Fits anew once an hour. Where that fails the weights stay as they are. */
  async refresh(): Promise<void> {
    const nowUs = this.clock.nowUs();
    if (this.config.energySharing !== 'phases' || nowUs - this.fittedUs < FIT_EVERY_US) return;
    this.fittedUs = nowUs;
    const nowMs = Math.floor(nowUs / 1_000);
    try {
      await this.dataSource.query(FIT, [uuidv7AtMs(nowMs - HISTORY_MS), new Date(nowMs)]);
      for (const weight of await this.all()) this.byPlace.set(placeOf(weight.host, weight.model), weight);
    } catch (error) {
      this.logger.warn(`What the phases weigh could not be fitted: ${String(error)}`);
    }
  }

  of(host: string, model: string | null): { prompt: number; generate: number } | undefined {
    const weight = model === null ? undefined : this.byPlace.get(placeOf(host, model));
    return weight && { prompt: weight.joulesPerPromptToken, generate: weight.joulesPerGeneratedToken };
  }

  all(): Promise<PhaseWeight[]> {
    return this.dataSource.query<PhaseWeight[]>(ALL);
  }
}

function placeOf(host: string, model: string): string {
  return `${host} ${model}`;
}
