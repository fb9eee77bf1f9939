import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A person who may use the portal. */
@Unique('admin_user_email_key', ['email'])
@Entity('admin_user')
export class AdminUser {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  email!: string;

  @Column({ name: 'password_hash', type: 'text' })
  passwordHash!: string;

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
}
