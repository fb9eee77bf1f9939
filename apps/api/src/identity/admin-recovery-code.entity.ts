import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AdminUser } from './admin-user.entity';

/** A code that works once, in place of one of the authenticator. */
@Index('admin_recovery_code_user_id_idx', ['userId'])
@Entity('admin_recovery_code')
export class AdminRecoveryCode {
  @PrimaryColumn({ name: 'code_hash', type: 'bytea' })
  codeHash!: Buffer;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @ManyToOne(() => AdminUser, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'admin_recovery_code_user_id_fkey' })
  user?: Relation<AdminUser>;
}
