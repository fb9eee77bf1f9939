import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A gateway that runs on this database beside others. */
@Entity('replica')
export class Replica {
  /** Of this run of the process. */
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** Of its data folder, which a later run has again. */
  @Column({ name: 'folder_id', type: 'text' })
  folderId!: string;

  @Column({ name: 'seen_at', type: 'timestamptz', default: () => 'now()' })
  seenAt!: Date;

  /** Since when it has been seen without a gap. */
  @Column({ name: 'steady_from', type: 'timestamptz', default: () => 'now()' })
  steadyFrom!: Date;

  /** Its clock when it looked at its claims, Unix microseconds. */
  @Column({ name: 'as_of_us', type: 'bigint' })
  asOfUs!: string;

  /** Time of hosts that it may still claim, by host. */
  @Column({ type: 'jsonb' })
  claims!: unknown;
}
