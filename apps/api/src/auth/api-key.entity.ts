import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { AdminUser } from '../identity/admin-user.entity';

/** An API key of the gateway plane, without its text. */
@Index('api_key_updated_at_idx', ['updatedAt'])
@Index('api_key_owner_id_idx', ['ownerId'])
@Unique('api_key_secret_hash_key', ['secretHash'])
@Unique('api_key_previous_hash_key', ['previousHash'])
@Entity('api_key')
export class ApiKey {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', nullable: true })
  note!: string | null;

  @Column({ name: 'owner_id', type: 'uuid', nullable: true })
  ownerId!: string | null;

  @ManyToOne(() => AdminUser, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'api_key_owner_id_fkey' })
  owner?: Relation<AdminUser>;

  @Column({ type: 'text' })
  prefix!: string;

  @Column({ name: 'last_four', type: 'text' })
  lastFour!: string;

  /** HMAC-SHA256 with the pepper; null once the key is deleted. */
  @Column({ name: 'secret_hash', type: 'bytea', nullable: true })
  secretHash!: Buffer | null;

  /** The text before the last rotation, valid for its grace time. */
  @Column({ name: 'previous_hash', type: 'bytea', nullable: true })
  previousHash!: Buffer | null;

  @Column({ name: 'previous_last_four', type: 'text', nullable: true })
  previousLastFour!: string | null;

  @Column({ name: 'previous_valid_until', type: 'timestamptz', nullable: true })
  previousValidUntil!: Date | null;

  /** The variable an imported key follows; null for keys made here. */
  @Column({ name: 'source_variable', type: 'text', nullable: true })
  sourceVariable!: string | null;

  /** Empty is all. */
  @Column({ name: 'allowed_models', type: 'text', array: true, default: () => "'{}'" })
  allowedModels!: string[];

  @Column({ type: 'text', array: true, default: () => "'{}'" })
  endpoints!: string[];

  @Column({ name: 'ip_ranges', type: 'text', array: true, default: () => "'{}'" })
  ipRanges!: string[];

  @Column({ type: 'jsonb', default: () => "'{}'" })
  limits!: unknown;

  /** Null follows LOG_BODIES. */
  @Column({ name: 'log_policy', type: 'text', nullable: true })
  logPolicy!: string | null;

  @Column({ type: 'text', default: () => "'interactive'" })
  priority!: string;

  @Column({ type: 'smallint', default: 1 })
  weight!: number;

  @Column({ name: 'may_reload', type: 'boolean', default: false })
  mayReload!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;

  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;

  @Column({ name: 'revoked_reason', type: 'text', nullable: true })
  revokedReason!: string | null;

  /** A deleted key keeps its name for the log, and nothing else. */
  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true })
  deletedAt!: Date | null;
}
