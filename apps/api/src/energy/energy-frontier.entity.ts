import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a host's time is settled. */
@Entity('energy_frontier')
export class EnergyFrontier {
  @PrimaryColumn({ type: 'text' })
  host!: string;

  @Column({ name: 'settled_to_us', type: 'bigint' })
  settledToUs!: string;
}
