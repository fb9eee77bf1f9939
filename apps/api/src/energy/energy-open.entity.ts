import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Shares of a request that reaches past its host's frontier. */
@Entity('energy_open')
export class EnergyOpen {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  host!: string;

  @Column({ type: 'jsonb' })
  slices!: unknown;

  /** Part of it was shared before all who may claim that time were known. */
  @Column({ type: 'boolean' })
  estimated!: boolean;
}
