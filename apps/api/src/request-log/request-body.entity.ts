import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The texts of one request, where the log policy keeps them. Partitioned by month. */
@Entity('request_body')
export class RequestBody {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text', nullable: true })
  prompt!: string | null;

  @Column({ type: 'text', nullable: true })
  answer!: string | null;

  @Column({ type: 'text', nullable: true })
  request!: string | null;

  @Column({ type: 'text', nullable: true })
  response!: string | null;
}
