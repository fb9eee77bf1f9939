import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A person who may use the portal. */
@Unique('admin_user_email_key', ['email'])
@Unique('admin_user_oidc_subject_key', ['oidcSubject'])
@Entity('admin_user')
export class AdminUser {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  email!: string;

  /** Null for people who only log in by OIDC. */
  @Column({ name: 'password_hash', type: 'text', nullable: true })
  passwordHash!: string | null;

  @Column({ type: 'text' })
  role!: string;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  /** May read the prompts and answers of others. */
  @Column({ name: 'reads_prompts', type: 'boolean', default: false })
  readsPrompts!: boolean;

  /** Somebody else made the password. */
  @Column({ name: 'must_change_password', type: 'boolean', default: false })
  mustChangePassword!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'password_changed_at', type: 'timestamptz', default: () => 'now()' })
  passwordChangedAt!: Date;

  @Column({ name: 'disabled_at', type: 'timestamptz', nullable: true })
  disabledAt!: Date | null;

  /** Sealed with a key derived from the pepper; in force once confirmed. */
  @Column({ name: 'totp_secret', type: 'bytea', nullable: true })
  totpSecret!: Buffer | null;

  @Column({ name: 'totp_confirmed_at', type: 'timestamptz', nullable: true })
  totpConfirmedAt!: Date | null;

  /** The last time step that was used: a code works once. */
  @Column({ name: 'totp_last_step', type: 'bigint', nullable: true })
  totpLastStep!: string | null;

  /** Issuer and subject of the person at the OIDC provider. */
  @Column({ name: 'oidc_subject', type: 'text', nullable: true })
  oidcSubject!: string | null;

  /** Of all keys of the person together. */
  @Column({ type: 'jsonb', default: () => "'{}'" })
  limits!: unknown;

  /** So many keys the person may have and still make one. */
  @Column({ name: 'own_keys_max', type: 'smallint', default: 0 })
  ownKeysMax!: number;

  /** What a key of the person's own making may use at most; empty is all. */
  @Column({ name: 'own_key_models', type: 'text', array: true, default: () => "'{}'" })
  ownKeyModels!: string[];
}
