import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A tariff as it was from a moment on; never changed once it has priced something. */
@Entity('tariff_version')
export class TariffVersion {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'jsonb' })
  plan!: unknown;

  @Column({ name: 'fixed_micros_per_day', type: 'bigint', default: 0 })
  fixedMicrosPerDay!: string;

  @Column({ type: 'text', nullable: true })
  source!: string | null;

  @Column({ name: 'source_date', type: 'text', nullable: true })
  sourceDate!: string | null;

  /** 'environment' (ELECTRICITY_RATE, CURRENCY) or 'portal'. */
  @Column({ type: 'text' })
  origin!: string;

  @Column({ name: 'valid_from', type: 'timestamptz', nullable: true })
  validFrom!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  /** Of the version or its prices: processes read the tariff again when it changes. */
  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
