import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { TariffVersion } from './tariff-version.entity';

/** How the last fetch of a dynamic tariff's prices went. */
@Entity('price_fetch')
export class PriceFetch {
  @PrimaryColumn({ name: 'tariff_version_id', type: 'integer' })
  tariffVersionId!: number;

  @OneToOne(() => TariffVersion, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'tariff_version_id', foreignKeyConstraintName: 'price_fetch_tariff_version_id_fkey' })
  tariffVersion?: Relation<TariffVersion>;

  @Column({ name: 'attempted_at', type: 'timestamptz' })
  attemptedAt!: Date;

  /** The last time that it brought prices. */
  @Column({ name: 'fetched_at', type: 'timestamptz', nullable: true })
  fetchedAt!: Date | null;

  /** Why the last one failed. */
  @Column({ type: 'text', nullable: true })
  error!: string | null;
}
