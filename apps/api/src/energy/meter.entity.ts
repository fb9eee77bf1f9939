import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A device that counts a host's energy. */
@Entity('meter')
export class Meter {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  host!: string;

  @Column({ type: 'jsonb' })
  settings!: unknown;

  /** Sealed with a key derived from the pepper. */
  @Column({ type: 'bytea', nullable: true })
  secret!: Buffer | null;

  @Column({ type: 'double precision' })
  calibration!: number;

  @Column({ name: 'interval_ms', type: 'integer' })
  intervalMs!: number;

  @Column({ type: 'boolean' })
  enabled!: boolean;

  @Column({ type: 'text' })
  scope!: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
