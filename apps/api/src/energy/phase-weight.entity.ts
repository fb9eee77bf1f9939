import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a token of each phase took in requests that had their host to themselves. */
@Entity('phase_weight')
export class PhaseWeight {
  @PrimaryColumn({ type: 'text' })
  host!: string;

  @PrimaryColumn({ type: 'text' })
  model!: string;

  /** Above the idle floor. */
  @Column({ name: 'joules_per_prompt_token', type: 'double precision' })
  joulesPerPromptToken!: number;

  @Column({ name: 'joules_per_generated_token', type: 'double precision' })
  joulesPerGeneratedToken!: number;

  @Column({ name: 'solo_requests', type: 'integer' })
  soloRequests!: number;

  @Column({ name: 'fitted_at', type: 'timestamptz' })
  fittedAt!: Date;
}
