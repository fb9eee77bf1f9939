import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What was used in a quarter of an hour, by key, model, endpoint, outcome and host. */
@Entity('usage_rollup')
export class UsageRollup {
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

  @Column({ type: 'bigint', default: 0 })
  requests!: string;

  @Column({ name: 'prompt_tokens', type: 'bigint', default: 0 })
  promptTokens!: string;

  @Column({ name: 'completion_tokens', type: 'bigint', default: 0 })
  completionTokens!: string;

  @Column({ name: 'duration_ms', type: 'double precision', default: 0 })
  durationMs!: number;

  @Column({ name: 'queue_ms', type: 'double precision', default: 0 })
  queueMs!: number;

  @Column({ name: 'load_ms', type: 'double precision', default: 0 })
  loadMs!: number;

  @Column({ name: 'prompt_ms', type: 'double precision', default: 0 })
  promptMs!: number;

  @Column({ name: 'generate_ms', type: 'double precision', default: 0 })
  generateMs!: number;

  @Column({ name: 'energy_pj', type: 'numeric', precision: 38, scale: 0, default: 0 })
  energyPj!: string;

  @Column({ name: 'cost_numerator', type: 'numeric', precision: 38, scale: 0, default: 0 })
  costNumerator!: string;

  @Column({ name: 'duration_histogram', type: 'bigint', array: true, default: () => "'{}'" })
  durationHistogram!: string[];

  @Column({ name: 'ttft_histogram', type: 'bigint', array: true, default: () => "'{}'" })
  ttftHistogram!: string[];

  @Column({ name: 'speed_histogram', type: 'bigint', array: true, default: () => "'{}'" })
  speedHistogram!: string[];
}
