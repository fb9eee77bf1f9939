import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Another name of a model. */
@Entity('model_alias')
export class ModelAlias {
  @PrimaryColumn({ type: 'text' })
  alias!: string;

  @Column({ type: 'text' })
  model!: string;
}
