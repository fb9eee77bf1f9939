import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What was charged to a key and model in a quarter of an hour. */
@Entity('energy_by_key')
export class EnergyByKey {
  @PrimaryColumn({ name: 'bucket_at', type: 'timestamptz' })
  bucketAt!: Date;

  @PrimaryColumn({ type: 'text' })
  host!: string;

  @PrimaryColumn({ name: 'key_id', type: 'uuid' })
  keyId!: string;

  @PrimaryColumn({ type: 'text' })
  model!: string;

  @PrimaryColumn({ type: 'text' })
  currency!: string;

  @Column({ name: 'energy_pj', type: 'numeric', precision: 38, scale: 0, default: 0 })
  energyPj!: string;

  @Column({ name: 'cost_numerator', type: 'numeric', precision: 38, scale: 0, default: 0 })
  costNumerator!: string;

  @Column({ name: 'floor_pj', type: 'numeric', precision: 38, scale: 0, default: 0 })
  floorPj!: string;

  @Column({ name: 'floor_cost_numerator', type: 'numeric', precision: 38, scale: 0, default: 0 })
  floorCostNumerator!: string;
}
