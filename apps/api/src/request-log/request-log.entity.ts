import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One request, without its texts. Partitioned by month; the id is a UUIDv7. */
@Index('request_log_key_id_idx', { synchronize: false })
@Index('request_log_model_idx', { synchronize: false })
@Index('request_log_status_idx', ['status', 'id'])
@Index('request_log_outcome_idx', { synchronize: false })
@Index('request_log_duration_ms_idx', { synchronize: false })
@Index('request_log_tokens_idx', { synchronize: false })
@Index('request_log_listed_idx', { synchronize: false })
@Index('request_log_host_active_to_us_idx', ['host', 'activeToUs'])
@Entity('request_log')
export class RequestLogRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;

  @Column({ name: 'key_id', type: 'uuid', nullable: true })
  keyId!: string | null;

  @Column({ name: 'key_name', type: 'text', nullable: true })
  keyName!: string | null;

  @Column({ type: 'text', nullable: true })
  model!: string | null;

  @Column({ type: 'text', nullable: true })
  host!: string | null;

  @Column({ type: 'text' })
  endpoint!: string;

  @Column({ type: 'boolean' })
  streamed!: boolean;

  @Column({ type: 'smallint' })
  status!: number;

  @Column({ type: 'text' })
  outcome!: string;

  @Column({ name: 'error_code', type: 'text', nullable: true })
  errorCode!: string | null;

  @Column({ name: 'prompt_tokens', type: 'integer', nullable: true })
  promptTokens!: number | null;

  @Column({ name: 'cached_prompt_tokens', type: 'integer', nullable: true })
  cachedPromptTokens!: number | null;

  @Column({ name: 'completion_tokens', type: 'integer', nullable: true })
  completionTokens!: number | null;

  @Column({ name: 'tokens_quality', type: 'text', nullable: true })
  tokensQuality!: string | null;

  @Column({ name: 'duration_ms', type: 'double precision' })
  durationMs!: number;

  @Column({ name: 'queue_ms', type: 'double precision', nullable: true })
  queueMs!: number | null;

  @Column({ name: 'load_ms', type: 'double precision', nullable: true })
  loadMs!: number | null;

  @Column({ name: 'prompt_ms', type: 'double precision', nullable: true })
  promptMs!: number | null;

  @Column({ name: 'generate_ms', type: 'double precision', nullable: true })
  generateMs!: number | null;

  @Column({ name: 'ttft_ms', type: 'double precision', nullable: true })
  ttftMs!: number | null;

  @Column({ name: 'tokens_per_second', type: 'double precision', nullable: true })
  tokensPerSecond!: number | null;

  /** The interval record, Unix microseconds by the gateway's clock. */
  @Column({ name: 'slot_from_us', type: 'bigint', nullable: true })
  slotFromUs!: string | null;

  @Column({ name: 'active_from_us', type: 'bigint', nullable: true })
  activeFromUs!: string | null;

  @Column({ name: 'active_to_us', type: 'bigint', nullable: true })
  activeToUs!: string | null;

  @Column({ name: 'client_address', type: 'text', nullable: true })
  clientAddress!: string | null;

  @Column({ name: 'user_agent', type: 'text', nullable: true })
  userAgent!: string | null;

  @Column({ name: 'prompt_preview', type: 'text', nullable: true })
  promptPreview!: string | null;

  @Column({ name: 'answer_preview', type: 'text', nullable: true })
  answerPreview!: string | null;
}
