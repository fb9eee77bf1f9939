import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Histograms of `usage_rollup` over all keys, by quarter hour, day and month (UTC); kept by its trigger. */
@Entity('usage_histogram')
export class UsageHistogramRow {
  @PrimaryColumn({ type: 'text' })
  grain!: string;

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
