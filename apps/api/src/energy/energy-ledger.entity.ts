import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a host's meter counted in a quarter of an hour, by kind. */
@Entity('energy_ledger')
export class EnergyLedger {
  @PrimaryColumn({ name: 'bucket_at', type: 'timestamptz' })
  bucketAt!: Date;

  @PrimaryColumn({ type: 'text' })
  host!: string;

  @PrimaryColumn({ type: 'text' })
  kind!: string;

  @PrimaryColumn({ type: 'text' })
  currency!: string;

  @Column({ name: 'energy_pj', type: 'numeric', precision: 38, scale: 0, default: 0 })
  energyPj!: string;

  @Column({ name: 'cost_numerator', type: 'numeric', precision: 38, scale: 0, default: 0 })
  costNumerator!: string;

  /** Of requests and loading, the part that the host would have drawn idle. */
  @Column({ name: 'floor_pj', type: 'numeric', precision: 38, scale: 0, default: 0 })
  floorPj!: string;

  @Column({ name: 'floor_cost_numerator', type: 'numeric', precision: 38, scale: 0, default: 0 })
  floorCostNumerator!: string;
}
