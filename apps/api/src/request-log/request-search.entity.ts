import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What the search looks through. Partitioned by month. */
@Index('request_search_text_idx', { synchronize: false })
@Entity('request_search')
export class RequestSearch {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  text!: string;
}
