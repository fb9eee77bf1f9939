import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What one request took and cost, in exact integers. Partitioned by month. */
@Index('request_energy_cost_numerator_idx', ['costNumerator'])
@Entity('request_energy')
export class RequestEnergy {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  host!: string;

  @Column({ name: 'energy_pj', type: 'numeric', precision: 38, scale: 0 })
  energyPj!: string;

  @Column({ name: 'cost_numerator', type: 'numeric', precision: 38, scale: 0, nullable: true })
  costNumerator!: string | null;

  @Column({ type: 'text', nullable: true })
  currency!: string | null;

  @Column({ type: 'text' })
  quality!: string;

  @Column({ type: 'text' })
  source!: string;

  @Column({ type: 'text' })
  scope!: string;

  @Column({ type: 'double precision' })
  concurrency!: number;

  @Column({ name: 'tariff_version_id', type: 'integer', nullable: true })
  tariffVersionId!: number | null;

  /** The part that the host would have drawn idle, for the marginal view. */
  @Column({ name: 'floor_pj', type: 'numeric', precision: 38, scale: 0, default: 0 })
  floorPj!: string;

  @Column({ name: 'floor_cost_numerator', type: 'numeric', precision: 38, scale: 0, nullable: true })
  floorCostNumerator!: string | null;

  /** What the charge is made of; sums to it to the unit. */
  @Column({ type: 'jsonb', default: () => "'[]'" })
  slices!: unknown;

  @Column({ name: 'settled_at', type: 'timestamptz', default: () => 'now()' })
  settledAt!: Date;
}
