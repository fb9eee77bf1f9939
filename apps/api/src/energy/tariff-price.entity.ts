import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { TariffVersion } from './tariff-version.entity';

/** A price of a tariff that changes by the quarter of an hour. */
@Entity('tariff_price')
export class TariffPrice {
  @PrimaryColumn({ name: 'tariff_version_id', type: 'integer' })
  tariffVersionId!: number;

  @ManyToOne(() => TariffVersion, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'tariff_version_id', foreignKeyConstraintName: 'tariff_price_tariff_version_id_fkey' })
  tariffVersion?: Relation<TariffVersion>;

  @PrimaryColumn({ type: 'integer' })
  quarter!: number;

  @Column({ name: 'rate_micros_per_kwh', type: 'bigint' })
  rateMicrosPerKwh!: string;
}
