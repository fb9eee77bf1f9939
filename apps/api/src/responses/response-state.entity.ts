import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** State of the Responses API, sealed. */
@Index('response_state_expires_at_idx', ['expiresAt'])
@Entity('response_state')
export class ResponseState {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'key_id', type: 'uuid' })
  keyId!: string;

  @Column({ type: 'text' })
  status!: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  /** Who makes it, while it is queued or in progress. */
  @Column({ name: 'replica_id', type: 'uuid', nullable: true })
  replicaId!: string | null;

  @Column({ type: 'bytea' })
  sealed!: Buffer;
}
