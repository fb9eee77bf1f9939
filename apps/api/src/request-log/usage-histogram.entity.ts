import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Histograms of `usage_rollup` by quarter hour, day and month (UTC), of each key and of all; kept by its triggers. */
@Entity('usage_histogram')
export class UsageHistogramRow {
  @PrimaryColumn({ type: 'text' })
  grain!: string;

  @PrimaryColumn({ name: 'key_id', type: 'uuid' })
  keyId!: string;

  @PrimaryColumn({ name: 'bucket_at', type: 'timestamptz' })
  bucketAt!: Date;

  @PrimaryColumn({ type: 'boolean' })
  demo!: boolean;

  @Column({ name: 'duration_histogram', type: 'bigint', array: true })
  durationHistogram!: string[];

  @Column({ name: 'ttft_histogram', type: 'bigint', array: true })
  ttftHistogram!: string[];

  @Column({ name: 'speed_histogram', type: 'bigint', array: true })
  speedHistogram!: string[];
}
