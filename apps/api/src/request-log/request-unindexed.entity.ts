import { Entity, PrimaryColumn } from 'typeorm';

/** A request whose texts the search does not know yet. */
@Entity('request_unindexed')
export class RequestUnindexed {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;
}
