import type { DataSource } from 'typeorm';

/** A quarter hour's usage as a test needs it; the rest has plain values. */
export interface SeededRollup {
  at: string;
  keyId?: string;
  model?: string;
  endpoint?: string;
  outcome?: string;
  host?: string;
  currency?: string;
  requests?: number;
  promptTokens?: number;
  completionTokens?: number;
  durationMs?: number;
  generateMs?: number;
  energyPj?: string;
  costNumerator?: string;
  durationHistogram?: number[];
  ttftHistogram?: number[];
  speedHistogram?: number[];
}

export async function seedRollup(database: DataSource, seeded: SeededRollup): Promise<void> {
  await database.query(
    `INSERT INTO usage_rollup (bucket_at, key_id, model, endpoint, outcome, host, currency, requests, prompt_tokens,
       completion_tokens, duration_ms, generate_ms, energy_pj, cost_numerator, duration_histogram, ttft_histogram,
       speed_histogram)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      seeded.at,
      seeded.keyId ?? '00000000-0000-0000-0000-000000000000',
      seeded.model ?? 'llama3.1:8b',
      seeded.endpoint ?? 'chat.completions',
      seeded.outcome ?? 'completed',
      seeded.host ?? '127.0.0.1:11434',
      seeded.currency ?? 'USD',
      seeded.requests ?? 1,
      seeded.promptTokens ?? 0,
      seeded.completionTokens ?? 0,
      seeded.durationMs ?? 0,
      seeded.generateMs ?? 0,
      seeded.energyPj ?? '0',
      seeded.costNumerator ?? '0',
      seeded.durationHistogram ?? [],
      seeded.ttftHistogram ?? [],
      seeded.speedHistogram ?? [],
    ],
  );
}
