import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A fact about this database: the fingerprint of its pepper, what the owner set in the portal. */
@Entity('setting')
export class Setting {
  @PrimaryColumn({ type: 'text' })
  key!: string;

  @Column({ type: 'jsonb' })
  value!: unknown;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
