import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Sums of `usage_rollup` by UTC hour, day and month, of each key and of all; kept by its triggers. */
@Entity('usage_sum')
export class UsageSum {
  @PrimaryColumn({ type: 'text' })
  grain!: string;

  @PrimaryColumn({ name: 'bucket_at', type: 'timestamptz' })
  bucketAt!: Date;

  @PrimaryColumn({ name: 'key_id', type: 'uuid' })
  keyId!: string;

  @PrimaryColumn({ type: 'text' })
  model!: string;

  @PrimaryColumn({ type: 'text' })
  endpoint!: string;

  @PrimaryColumn({ type: 'text' })
  outcome!: string;

  @PrimaryColumn({ type: 'text' })
  host!: string;

  @PrimaryColumn({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  requests!: string;

  @Column({ name: 'prompt_tokens', type: 'bigint' })
  promptTokens!: string;

  @Column({ name: 'completion_tokens', type: 'bigint' })
  completionTokens!: string;

  @Column({ name: 'duration_ms', type: 'double precision' })
  durationMs!: number;

  @Column({ name: 'generate_ms', type: 'double precision' })
  generateMs!: number;

  @Column({ name: 'energy_pj', type: 'numeric', precision: 38, scale: 0 })
  energyPj!: string;

  @Column({ name: 'cost_numerator', type: 'numeric', precision: 38, scale: 0 })
  costNumerator!: string;
}
