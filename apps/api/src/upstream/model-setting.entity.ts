import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the owner fixed for a model. */
@Entity('model_setting')
export class ModelSetting {
  @PrimaryColumn({ type: 'text' })
  model!: string;

  @Column({ name: 'num_ctx', type: 'integer', nullable: true })
  numCtx!: number | null;

  @Column({ name: 'keep_alive', type: 'text', nullable: true })
  keepAlive!: string | null;
}
