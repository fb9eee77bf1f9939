-- Ollameter's baseline schema (PostgreSQL 15 or newer). Idempotent: safe to run on every start.
-- id columns of the log are UUIDv7, so a month's partition is a range of ids.

-- For searching in texts. A server that has it not searches by bounded scans, and the gateway says so once.
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN undefined_file OR feature_not_supported OR insufficient_privilege THEN
  RAISE NOTICE 'pg_trgm is not available: searches scan';
END $$;

CREATE TABLE IF NOT EXISTS migrations (
  id serial PRIMARY KEY,
  "timestamp" bigint NOT NULL,
  name varchar NOT NULL
);

-- Facts about this database: 'pepper_fingerprint', 'limits' (of all keys together), …
CREATE TABLE IF NOT EXISTS setting (
  key text PRIMARY KEY,
  value jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS admin_user (
  id uuid PRIMARY KEY,
  email text NOT NULL UNIQUE,
  -- null for people who only log in by OIDC
  password_hash text,
  role text NOT NULL,
  name text,
  -- may read the prompts and answers of others
  reads_prompts boolean NOT NULL DEFAULT false,
  -- somebody else made the password
  must_change_password boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  password_changed_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  -- sealed with a key derived from the pepper; in force once confirmed
  totp_secret bytea,
  totp_confirmed_at timestamptz,
  -- the last time step that was used: a code works once
  totp_last_step bigint,
  -- issuer and subject of the person at the OIDC provider
  oidc_subject text UNIQUE,
  -- of all keys of the person together
  limits jsonb NOT NULL DEFAULT '{}',
  -- how many keys the person may have and still make one, and for which models; empty is all
  own_keys_max smallint NOT NULL DEFAULT 0,
  own_key_models text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE IF NOT EXISTS admin_session (
  token_hash bytea PRIMARY KEY,
  -- by which it is listed and ended
  id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES admin_user (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  client_address text,
  user_agent text
);
CREATE INDEX IF NOT EXISTS admin_session_user_id_idx ON admin_session (user_id);

-- Each works once, in place of a code of the authenticator.
CREATE TABLE IF NOT EXISTS admin_recovery_code (
  code_hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES admin_user (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS admin_recovery_code_user_id_idx ON admin_recovery_code (user_id);

-- Personal tokens for scripts, by the SHA-256 of their text.
CREATE TABLE IF NOT EXISTS admin_token (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES admin_user (id) ON DELETE CASCADE,
  name text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  prefix text NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz
);
CREATE INDEX IF NOT EXISTS admin_token_user_id_idx ON admin_token (user_id);

-- Who changed or read what, from where. Append-only: the trigger refuses every change, the owner's too.
CREATE TABLE IF NOT EXISTS audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  -- null for ADMIN_TOKEN and the machine
  actor_id uuid,
  actor_name text NOT NULL,
  action text NOT NULL,
  target_type text NOT NULL,
  target_id text,
  target_name text,
  before jsonb,
  after jsonb,
  address text
);
CREATE INDEX IF NOT EXISTS audit_log_at_idx ON audit_log (at);
CREATE INDEX IF NOT EXISTS audit_log_target_idx ON audit_log (target_type, target_id, id);

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger
  LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;

CREATE OR REPLACE TRIGGER audit_log_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE IF NOT EXISTS api_key (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  note text,
  owner_id uuid REFERENCES admin_user (id) ON DELETE SET NULL,
  prefix text NOT NULL,
  last_four text NOT NULL,
  -- HMAC-SHA256 with the pepper; null once the key is deleted
  secret_hash bytea UNIQUE,
  -- the text before the last rotation, valid for its grace time
  previous_hash bytea UNIQUE,
  previous_last_four text,
  previous_valid_until timestamptz,
  -- the variable an imported key follows; null for keys made here
  source_variable text,
  -- empty is all
  allowed_models text[] NOT NULL DEFAULT '{}',
  endpoints text[] NOT NULL DEFAULT '{}',
  ip_ranges text[] NOT NULL DEFAULT '{}',
  limits jsonb NOT NULL DEFAULT '{}',
  -- null follows LOG_BODIES
  log_policy text,
  priority text NOT NULL DEFAULT 'interactive',
  weight smallint NOT NULL DEFAULT 1,
  may_reload boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_reason text,
  -- a deleted key keeps its name for the log, and nothing else
  deleted_at timestamptz
);
CREATE INDEX IF NOT EXISTS api_key_updated_at_idx ON api_key (updated_at);
CREATE INDEX IF NOT EXISTS api_key_owner_id_idx ON api_key (owner_id);

-- Every gateway on this database hears of every change, by whomever it was made.
CREATE OR REPLACE FUNCTION notify_api_key() RETURNS trigger
  LANGUAGE plpgsql
  AS $$ BEGIN PERFORM pg_notify('api_key', coalesce(NEW.id, OLD.id)::text); RETURN NULL; END $$;

-- Not for last_used_at, which changes all the time and concerns nobody.
CREATE OR REPLACE TRIGGER api_key_notify
  AFTER INSERT OR DELETE OR UPDATE OF name, owner_id, secret_hash, previous_hash, previous_valid_until,
    allowed_models, endpoints, ip_ranges, limits, log_policy, priority, weight, may_reload, updated_at, expires_at,
    revoked_at, deleted_at
  ON api_key FOR EACH ROW EXECUTE FUNCTION notify_api_key();

-- The same for whatever else is held in memory: the trigger's argument is the channel.
CREATE OR REPLACE FUNCTION notify_change() RETURNS trigger
  LANGUAGE plpgsql
  AS $$ BEGIN PERFORM pg_notify(TG_ARGV[0], ''); RETURN NULL; END $$;

CREATE OR REPLACE TRIGGER setting_notify
  AFTER INSERT OR UPDATE OR DELETE ON setting
  FOR EACH STATEMENT EXECUTE FUNCTION notify_change('setting');
CREATE OR REPLACE TRIGGER admin_user_notify
  AFTER INSERT OR DELETE OR UPDATE OF limits ON admin_user
  FOR EACH STATEMENT EXECUTE FUNCTION notify_change('limits');

-- What the owner fixed for models, under Ollama's canonical name (lower case, with its tag).
CREATE TABLE IF NOT EXISTS model_setting (
  model text PRIMARY KEY,
  num_ctx integer,
  keep_alive text
);

-- Other names that requests may use: gpt-4o -> llama3.1:8b.
CREATE TABLE IF NOT EXISTS model_alias (
  alias text PRIMARY KEY,
  model text NOT NULL
);

CREATE OR REPLACE TRIGGER model_setting_notify
  AFTER INSERT OR UPDATE OR DELETE ON model_setting
  FOR EACH STATEMENT EXECUTE FUNCTION notify_change('model');
CREATE OR REPLACE TRIGGER model_alias_notify
  AFTER INSERT OR UPDATE OR DELETE ON model_alias
  FOR EACH STATEMENT EXECUTE FUNCTION notify_change('model');

-- One tariff from an instant on, until the next version's. valid_from is null for one kept for comparisons only.
CREATE TABLE IF NOT EXISTS tariff_version (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  currency text NOT NULL,
  plan jsonb NOT NULL,
  fixed_micros_per_day bigint NOT NULL DEFAULT 0,
  source text,
  source_date text,
  -- 'environment' (ELECTRICITY_RATE, CURRENCY) or 'portal'
  origin text NOT NULL,
  valid_from timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- of the version or its prices: processes read the tariff again when it changes
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Meters of hosts besides POWER_WATTS; a host's one that sees most counts.
CREATE TABLE IF NOT EXISTS meter (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL,
  host text NOT NULL,
  settings jsonb NOT NULL,
  -- sealed with a key derived from the pepper
  secret bytea,
  calibration double precision NOT NULL,
  interval_ms integer NOT NULL,
  enabled boolean NOT NULL,
  scope text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Prices of dynamic tariffs by quarter hour: Unix time / 900 s.
CREATE TABLE IF NOT EXISTS tariff_price (
  tariff_version_id integer NOT NULL REFERENCES tariff_version (id) ON DELETE CASCADE,
  quarter integer NOT NULL,
  rate_micros_per_kwh bigint NOT NULL,
  PRIMARY KEY (tariff_version_id, quarter)
);

-- How the last fetch of a dynamic tariff's prices went.
CREATE TABLE IF NOT EXISTS price_fetch (
  tariff_version_id integer PRIMARY KEY REFERENCES tariff_version (id) ON DELETE CASCADE,
  attempted_at timestamptz NOT NULL,
  fetched_at timestamptz,
  error text
);

-- What a token of each phase took in requests that had their host to themselves, above idle: ENERGY_SHARING=phases.
CREATE TABLE IF NOT EXISTS phase_weight (
  host text NOT NULL,
  model text NOT NULL,
  joules_per_prompt_token double precision NOT NULL,
  joules_per_generated_token double precision NOT NULL,
  solo_requests integer NOT NULL,
  fitted_at timestamptz NOT NULL,
  PRIMARY KEY (host, model)
);

CREATE TABLE IF NOT EXISTS request_log (
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  key_id uuid,
  key_name text,
  model text,
  host text,
  endpoint text NOT NULL,
  streamed boolean NOT NULL,
  status smallint NOT NULL,
  outcome text NOT NULL,
  error_code text,
  prompt_tokens integer,
  -- of these, what Ollama took from its prompt cache
  cached_prompt_tokens integer,
  completion_tokens integer,
  tokens_quality text,
  duration_ms double precision NOT NULL,
  queue_ms double precision,
  load_ms double precision,
  prompt_ms double precision,
  generate_ms double precision,
  ttft_ms double precision,
  tokens_per_second double precision,
  -- the interval record, Unix microseconds by the gateway's clock
  slot_from_us bigint,
  active_from_us bigint,
  active_to_us bigint,
  client_address text,
  user_agent text,
  prompt_preview text,
  answer_preview text,
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);
-- A page and its count are found in the index alone: what the default view skips is told by the included columns.
CREATE INDEX IF NOT EXISTS request_log_key_id_idx ON request_log (key_id, id) INCLUDE (outcome, endpoint);
CREATE INDEX IF NOT EXISTS request_log_model_idx ON request_log (model, id) INCLUDE (outcome, endpoint);
CREATE INDEX IF NOT EXISTS request_log_status_idx ON request_log (status, id);
CREATE INDEX IF NOT EXISTS request_log_outcome_idx ON request_log (outcome, id) INCLUDE (endpoint)
  WHERE outcome <> 'completed';
CREATE INDEX IF NOT EXISTS request_log_duration_ms_idx ON request_log (duration_ms) INCLUDE (id, outcome, endpoint);
CREATE INDEX IF NOT EXISTS request_log_tokens_idx ON request_log ((prompt_tokens + completion_tokens));
-- The default view of the log: what its pages skip is skipped in the index. Endpoints as in information-endpoints.ts.
CREATE INDEX IF NOT EXISTS request_log_listed_idx ON request_log (id)
  WHERE outcome = 'completed' AND endpoint <> ALL ('{models,ollama.models,ollama.manage,responses.state}'::text[]);
-- The settler's: what ended on a host since its frontier.
CREATE INDEX IF NOT EXISTS request_log_host_active_to_us_idx ON request_log (host, active_to_us);

CREATE TABLE IF NOT EXISTS request_body (
  id uuid NOT NULL,
  prompt text,
  answer text,
  request text,
  response text,
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);

-- Prompt and answer folded for searching, filled behind the ingest by the search indexer.
CREATE TABLE IF NOT EXISTS request_search (
  id uuid NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN
    CREATE INDEX IF NOT EXISTS request_search_text_idx ON request_search USING gin (text gin_trgm_ops);
  END IF;
END $$;

-- Rows whose texts the search indexer has still to take.
CREATE TABLE IF NOT EXISTS request_unindexed (
  id uuid PRIMARY KEY
);

CREATE TABLE IF NOT EXISTS request_energy (
  id uuid NOT NULL,
  host text NOT NULL,
  energy_pj numeric(38, 0) NOT NULL,
  cost_numerator numeric(38, 0),
  currency text,
  quality text NOT NULL,
  source text NOT NULL,
  scope text NOT NULL,
  concurrency double precision NOT NULL,
  tariff_version_id integer,
  -- the part that the host would have drawn idle, for the marginal view
  floor_pj numeric(38, 0) NOT NULL DEFAULT 0,
  floor_cost_numerator numeric(38, 0),
  -- what the charge is made of; sums to it to the unit
  slices jsonb NOT NULL DEFAULT '[]',
  settled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX IF NOT EXISTS request_energy_cost_numerator_idx ON request_energy (cost_numerator);

-- 15-minute UTC buckets of accept time. key_id is the nil UUID where no key was known.
-- Histograms are log-binned (bin 0 is below 1; bin n holds [1.1^(n-1), 1.1^n)), trimmed to the highest used bin.
CREATE TABLE IF NOT EXISTS usage_rollup (
  bucket_at timestamptz NOT NULL,
  key_id uuid NOT NULL,
  model text NOT NULL,
  endpoint text NOT NULL,
  outcome text NOT NULL,
  host text NOT NULL,
  currency text NOT NULL,
  requests bigint NOT NULL DEFAULT 0,
  prompt_tokens bigint NOT NULL DEFAULT 0,
  completion_tokens bigint NOT NULL DEFAULT 0,
  duration_ms double precision NOT NULL DEFAULT 0,
  queue_ms double precision NOT NULL DEFAULT 0,
  load_ms double precision NOT NULL DEFAULT 0,
  prompt_ms double precision NOT NULL DEFAULT 0,
  generate_ms double precision NOT NULL DEFAULT 0,
  energy_pj numeric(38, 0) NOT NULL DEFAULT 0,
  cost_numerator numeric(38, 0) NOT NULL DEFAULT 0,
  duration_histogram bigint[] NOT NULL DEFAULT '{}',
  ttft_histogram bigint[] NOT NULL DEFAULT '{}',
  speed_histogram bigint[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (bucket_at, key_id, model, endpoint, outcome, host, currency)
);

CREATE OR REPLACE FUNCTION histogram_sum(bigint[], bigint[]) RETURNS bigint[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT coalesce(array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY n), '{}')
        FROM unnest($1, $2) WITH ORDINALITY AS bins (a, b, n) $$;

CREATE OR REPLACE AGGREGATE histogram_total(bigint[]) (SFUNC = histogram_sum, STYPE = bigint[], INITCOND = '{}');

-- Before there were hours and histograms of each key; both tables are filled anew below.
DO $$ BEGIN
  IF to_regclass('usage_day') IS NOT NULL THEN DROP TABLE usage_day, usage_histogram; END IF;
END $$;

-- Sums of usage_rollup by UTC hour, day and month, for periods that hold whole ones: of each key, and of all keys
-- together under the Max UUID. Kept by the triggers below; never written else.
CREATE TABLE IF NOT EXISTS usage_sum (
  grain text NOT NULL,
  bucket_at timestamptz NOT NULL,
  key_id uuid NOT NULL,
  model text NOT NULL,
  endpoint text NOT NULL,
  outcome text NOT NULL,
  host text NOT NULL,
  currency text NOT NULL,
  requests bigint NOT NULL,
  prompt_tokens bigint NOT NULL,
  completion_tokens bigint NOT NULL,
  duration_ms double precision NOT NULL,
  generate_ms double precision NOT NULL,
  energy_pj numeric(38, 0) NOT NULL,
  cost_numerator numeric(38, 0) NOT NULL,
  PRIMARY KEY (grain, bucket_at, key_id, model, endpoint, outcome, host, currency)
);

-- Histograms of usage_rollup's completed generations by quarter hour, UTC day and UTC month, of each key and of all
-- keys. Kept by the triggers below; never written else.
CREATE TABLE IF NOT EXISTS usage_histogram (
  grain text NOT NULL,
  key_id uuid NOT NULL,
  bucket_at timestamptz NOT NULL,
  demo boolean NOT NULL,
  duration_histogram bigint[] NOT NULL,
  ttft_histogram bigint[] NOT NULL,
  speed_histogram bigint[] NOT NULL,
  PRIMARY KEY (grain, key_id, bucket_at, demo)
);

-- The statement that adds to usage_sum and usage_histogram what two queries for rows of usage_rollup differ by.
CREATE OR REPLACE FUNCTION usage_fold(added text, removed text) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT format($statement$
  WITH summed AS (
    INSERT INTO usage_sum AS s
    SELECT grain, date_trunc(grain, c.bucket_at, 'UTC'), holder, c.model, c.endpoint, c.outcome, c.host, c.currency,
           sum(sign * c.requests), sum(sign * c.prompt_tokens), sum(sign * c.completion_tokens),
           sum(sign * c.duration_ms), sum(sign * c.generate_ms), sum(sign * c.energy_pj), sum(sign * c.cost_numerator)
      FROM (SELECT 1 AS sign, a.* FROM (%1$s) a UNION ALL SELECT -1, r.* FROM (%2$s) r) AS c,
           unnest('{hour,day,month}'::text[]) AS grain,
           unnest(ARRAY[c.key_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid]) AS holder
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
     ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
    ON CONFLICT (grain, bucket_at, key_id, model, endpoint, outcome, host, currency) DO UPDATE SET
      requests = s.requests + excluded.requests,
      prompt_tokens = s.prompt_tokens + excluded.prompt_tokens,
      completion_tokens = s.completion_tokens + excluded.completion_tokens,
      duration_ms = s.duration_ms + excluded.duration_ms,
      generate_ms = s.generate_ms + excluded.generate_ms,
      energy_pj = s.energy_pj + excluded.energy_pj,
      cost_numerator = s.cost_numerator + excluded.cost_numerator
  ), changed AS (
    SELECT coalesce(a.bucket_at, r.bucket_at) AS bucket_at, coalesce(a.key_id, r.key_id) AS key_id,
           coalesce(a.host, r.host) = 'demo' AS demo,
           a.duration_histogram AS d1, r.duration_histogram AS d0, a.ttft_histogram AS t1, r.ttft_histogram AS t0,
           a.speed_histogram AS s1, r.speed_histogram AS s0
      FROM (%1$s) a
      FULL JOIN (%2$s) r USING (bucket_at, key_id, model, endpoint, outcome, host, currency)
     WHERE coalesce(a.outcome, r.outcome) = 'completed'
       AND coalesce(a.endpoint, r.endpoint) <> ALL ('{models,ollama.models,ollama.manage,responses.state}'::text[])
       AND (a.duration_histogram, a.ttft_histogram, a.speed_histogram)
           IS DISTINCT FROM (r.duration_histogram, r.ttft_histogram, r.speed_histogram)
  ), quarter AS (
    SELECT key_id, bucket_at AS quarter, date_trunc('day', bucket_at, 'UTC') AS day,
           date_trunc('month', bucket_at, 'UTC') AS month, demo, n,
           sum(coalesce(bins.d1, 0) - coalesce(bins.d0, 0)) AS d, sum(coalesce(bins.t1, 0) - coalesce(bins.t0, 0)) AS t,
           sum(coalesce(bins.s1, 0) - coalesce(bins.s0, 0)) AS s
      FROM changed c, unnest(c.d1, c.d0, c.t1, c.t0, c.s1, c.s0) WITH ORDINALITY AS bins (d1, d0, t1, t0, s1, s0, n)
     GROUP BY key_id, bucket_at, demo, n
  ), grained AS (
    SELECT CASE GROUPING(quarter, day, month) WHEN 3 THEN 'quarter' WHEN 5 THEN 'day' ELSE 'month' END AS grain,
           coalesce(key_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') AS key_id,
           coalesce(quarter, day, month) AS bucket_at, demo, n, sum(d) AS d, sum(t) AS t, sum(s) AS s
      FROM quarter
     GROUP BY demo, n, GROUPING SETS (quarter, day, month), GROUPING SETS (key_id, ())
  )
  INSERT INTO usage_histogram AS h
  SELECT grain, key_id, bucket_at, demo, array_agg(d::bigint ORDER BY n), array_agg(t::bigint ORDER BY n),
         array_agg(s::bigint ORDER BY n)
    FROM grained GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT (grain, key_id, bucket_at, demo) DO UPDATE SET
    duration_histogram = histogram_sum(h.duration_histogram, excluded.duration_histogram),
    ttft_histogram = histogram_sum(h.ttft_histogram, excluded.ttft_histogram),
    speed_histogram = histogram_sum(h.speed_histogram, excluded.speed_histogram)
  $statement$, added, removed) $$;

-- Folds what a statement changed in usage_rollup, in the statement's transaction. Only the trigger's own function sees
-- the changed rows, hence the text; an array of them has a largest size.
CREATE OR REPLACE FUNCTION usage_rollup_fold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  none CONSTANT text := 'SELECT * FROM usage_rollup WHERE false';
BEGIN
  CASE TG_OP
    WHEN 'TRUNCATE' THEN TRUNCATE usage_sum, usage_histogram;
    WHEN 'INSERT' THEN EXECUTE usage_fold('SELECT * FROM new_rows', none);
    WHEN 'UPDATE' THEN EXECUTE usage_fold('SELECT * FROM new_rows', 'SELECT * FROM old_rows');
    WHEN 'DELETE' THEN EXECUTE usage_fold(none, 'SELECT * FROM old_rows');
  END CASE;
  RETURN NULL;
END $$;

-- One transaction at a time changes rollups: the folded rows of all keys are touched by every one of them, and an upsert
-- touches them twice (what it inserted, then what it updated), so no order of rows alone keeps two from deadlocking.
CREATE OR REPLACE FUNCTION usage_rollup_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ollameter.rollup', 0));
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER usage_rollup_changing BEFORE INSERT OR UPDATE OR DELETE ON usage_rollup
  FOR EACH STATEMENT EXECUTE FUNCTION usage_rollup_lock();
CREATE OR REPLACE TRIGGER usage_rollup_inserted AFTER INSERT ON usage_rollup
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION usage_rollup_fold();
CREATE OR REPLACE TRIGGER usage_rollup_updated AFTER UPDATE ON usage_rollup
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION usage_rollup_fold();
CREATE OR REPLACE TRIGGER usage_rollup_deleted AFTER DELETE ON usage_rollup
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION usage_rollup_fold();
CREATE OR REPLACE TRIGGER usage_rollup_truncated AFTER TRUNCATE ON usage_rollup
  FOR EACH STATEMENT EXECUTE FUNCTION usage_rollup_fold();

-- Folds all rollups at once, which is quicker than by their triggers.
CREATE OR REPLACE FUNCTION usage_fold_all() RETURNS void LANGUAGE sql AS $$
  TRUNCATE usage_sum, usage_histogram;
  INSERT INTO usage_sum
  SELECT grain, date_trunc(grain, bucket_at, 'UTC'), holder, model, endpoint, outcome, host, currency, sum(requests),
         sum(prompt_tokens), sum(completion_tokens), sum(duration_ms), sum(generate_ms), sum(energy_pj),
         sum(cost_numerator)
    FROM usage_rollup, unnest('{hour,day,month}'::text[]) AS grain,
         unnest(ARRAY[key_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid]) AS holder
   GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
   -- As they come in time: where rows lie decides what reading a span of them costs.
   ORDER BY 2, 1;
  INSERT INTO usage_histogram
  SELECT 'quarter', holder, bucket_at, host = 'demo', histogram_total(duration_histogram),
         histogram_total(ttft_histogram), histogram_total(speed_histogram)
    FROM usage_rollup, unnest(ARRAY[key_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid]) AS holder
   WHERE outcome = 'completed' AND endpoint <> ALL ('{models,ollama.models,ollama.manage,responses.state}'::text[])
   GROUP BY 2, 3, 4;
  INSERT INTO usage_histogram
  SELECT 'day', key_id, date_trunc('day', bucket_at, 'UTC'), demo, histogram_total(duration_histogram),
         histogram_total(ttft_histogram), histogram_total(speed_histogram)
    FROM usage_histogram WHERE grain = 'quarter' GROUP BY 2, 3, 4;
  INSERT INTO usage_histogram
  SELECT 'month', key_id, date_trunc('month', bucket_at, 'UTC'), demo, histogram_total(duration_histogram),
         histogram_total(ttft_histogram), histogram_total(speed_histogram)
    FROM usage_histogram WHERE grain = 'day' GROUP BY 2, 3, 4;
$$;

-- Rollups that were written before they were folded, or restored from a backup without the folded tables.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM usage_sum) THEN PERFORM usage_fold_all(); END IF;
END $$;

-- What a host's meter counted, by kind: request, idle, load, other.
CREATE TABLE IF NOT EXISTS energy_ledger (
  bucket_at timestamptz NOT NULL,
  host text NOT NULL,
  kind text NOT NULL,
  currency text NOT NULL,
  energy_pj numeric(38, 0) NOT NULL DEFAULT 0,
  cost_numerator numeric(38, 0) NOT NULL DEFAULT 0,
  -- of requests and loading, the part that the host would have drawn idle
  floor_pj numeric(38, 0) NOT NULL DEFAULT 0,
  floor_cost_numerator numeric(38, 0) NOT NULL DEFAULT 0,
  PRIMARY KEY (bucket_at, host, kind, currency)
);

-- The ledger's kind 'request' by key and model: what settled requests were charged, by the time of use.
CREATE TABLE IF NOT EXISTS energy_by_key (
  bucket_at timestamptz NOT NULL,
  host text NOT NULL,
  key_id uuid NOT NULL,
  model text NOT NULL,
  currency text NOT NULL,
  energy_pj numeric(38, 0) NOT NULL DEFAULT 0,
  cost_numerator numeric(38, 0) NOT NULL DEFAULT 0,
  floor_pj numeric(38, 0) NOT NULL DEFAULT 0,
  floor_cost_numerator numeric(38, 0) NOT NULL DEFAULT 0,
  PRIMARY KEY (bucket_at, host, key_id, model, currency)
);

-- How far each host's time is settled, Unix microseconds.
CREATE TABLE IF NOT EXISTS energy_frontier (
  host text PRIMARY KEY,
  settled_to_us bigint NOT NULL
);

-- Shares of requests that reach past their host's frontier; folded into request_energy at their end.
CREATE TABLE IF NOT EXISTS energy_open (
  id uuid PRIMARY KEY,
  host text NOT NULL,
  slices jsonb NOT NULL,
  -- part of it was shared before all who may claim that time were known
  estimated boolean NOT NULL
);

-- Gateways that run on this database beside others (REDIS_URL); each writes its own row every second.
CREATE TABLE IF NOT EXISTS replica (
  -- of this run of the process
  id uuid PRIMARY KEY,
  -- of its data folder, which a later run has again
  folder_id text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  -- since when it has been seen without a gap
  steady_from timestamptz NOT NULL DEFAULT now(),
  -- its clock when it looked at its claims, Unix microseconds
  as_of_us bigint NOT NULL,
  -- time of hosts that it may still claim, by host
  claims jsonb NOT NULL
);

-- State of the Responses API, scoped to the key and sealed with a key derived from the pepper; never searched.
CREATE TABLE IF NOT EXISTS response_state (
  id text PRIMARY KEY,
  key_id uuid NOT NULL,
  status text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  -- who makes it, while it is queued or in progress
  replica_id uuid,
  sealed bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS response_state_expires_at_idx ON response_state (expires_at);

-- The table of the older set-up as a view, for SQL that was written for it: naive UTC times, dollars, watt-hours.
CREATE OR REPLACE VIEW request_logs AS
  SELECT l.id,
         l.at AT TIME ZONE 'UTC' AS "timestamp",
         l.client_address AS ip_address,
         l.key_name AS api_key,
         l.model,
         b.prompt,
         b.answer AS response,
         coalesce(l.prompt_tokens, 0) AS prompt_tokens,
         coalesce(l.completion_tokens, 0) AS completion_tokens,
         coalesce(l.prompt_tokens, 0) + coalesce(l.completion_tokens, 0) AS total_tokens,
         l.duration_ms / 1000 AS duration_seconds,
         e.energy_pj / 3.6e15 AS power_wh,
         e.cost_numerator / 3.6e24 AS cost_dollars,
         l.status AS http_status,
         l.error_code AS error_message
    FROM request_log l
    LEFT JOIN request_body b USING (id)
    LEFT JOIN request_energy e USING (id);

INSERT INTO migrations ("timestamp", name)
  SELECT 1763942400000, 'Baseline1763942400000'
  WHERE NOT EXISTS (SELECT 1 FROM migrations WHERE name = 'Baseline1763942400000');
