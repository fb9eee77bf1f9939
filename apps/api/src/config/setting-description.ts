import type { SettingItem } from '@ollameter/admin-contract';
import type { AppConfig } from './app-config';
import type { Environment } from './environment';

/** What the portal says of a variable, and what a changed value means. */
export interface SettingDescription {
  group: SettingItem['group'];
  /** May be changed in the portal; the rest only in the environment. */
  editable: boolean;
  description: string;
  unit?: string;
  list?: true;
  /** Fields of the configuration that take the new value at once; without any it counts from the next start. */
  live?: readonly (keyof AppConfig)[];
}

/** Shown, but set only in the environment: who could change it could lock everybody out, or read what is not theirs. */
const place = (description: string, more: Partial<SettingDescription> = {}): SettingDescription => ({
  group: 'places',
  editable: false,
  description,
  ...more,
});

const editable =
  (group: SettingItem['group']) =>
  (description: string, more: Partial<SettingDescription> = {}): SettingDescription => ({
    group,
    editable: true,
    description,
    ...more,
  });
const general = editable('general');
const upstream = editable('upstream');
const queue = editable('queue');
const log = editable('log');
const money = editable('money');

/** Every variable, in the order in which the portal shows them; null is never shown: secrets, and what nobody sets by hand. */
export const SETTING_DESCRIPTIONS: Record<keyof Environment, SettingDescription | null> = {
  TIMEZONE: general('Days, weeks and months of charts, budgets and statements are those of this zone.', {
    live: ['timezone'],
  }),
  CORS_ORIGINS: general('Web pages of these origins may call the gateway. * is all, none turns it off.', {
    list: true,
    live: ['corsOrigins'],
  }),
  LOG_LEVEL: general('How much the process says of itself.'),
  LOG_FORMAT: general('Lines for a person, or JSON for a machine.'),
  METRICS_PUBLIC: general('/metrics answers without a token.', { live: ['metricsPublic'] }),

  OLLAMA_URLS: upstream('The Ollama hosts, #slots=n each where they differ.', { list: true }),
  DEFAULT_MODEL: upstream('Used where a request names none.', { live: ['defaultModel'] }),
  OLLAMA_NUM_CTX: upstream('Context that every request is sent with; a model’s own setting goes before.', {
    unit: 'tokens',
    live: ['numCtx'],
  }),
  HOST_SLOTS: upstream('Requests at once on a host that names no number of its own.'),
  CONNECT_TIMEOUT_MS: upstream('To connect to a host.', { unit: 'ms' }),
  FIRST_TOKEN_TIMEOUT_MS: upstream('Until the first token; a cold model has to load first.', {
    unit: 'ms',
    live: ['firstTokenTimeoutMs'],
  }),
  TOKEN_GAP_TIMEOUT_MS: upstream('Between two tokens.', { unit: 'ms', live: ['tokenGapTimeoutMs'] }),
  REQUEST_TIMEOUT_MS: upstream('For a whole answer.', { unit: 'ms', live: ['requestTimeoutMs'] }),
  FETCH_IMAGE_URLS: upstream('Fetch pictures that a request names by URL, from public addresses only.', {
    live: ['fetchImageUrls'],
  }),

  QUEUE_MAX: queue('Requests that may wait in all.', { live: ['queueMax'] }),
  QUEUE_MAX_PER_KEY: queue('Requests that may wait of one key.', { live: ['queueMaxPerKey'] }),
  QUEUE_WAIT_MS: queue('Longest wait for a slot.', { unit: 'ms', live: ['queueWaitMs'] }),
  MAX_STREAMS: queue('Requests in flight in all.', { live: ['maxStreams'] }),
  BODY_LIMIT_MB: queue('Largest request body.', { unit: 'MB' }),
  BODY_STALL_MS: queue('A body that pauses for this long is refused.', { unit: 'ms' }),
  CLIENT_STALL_MS: queue('A client that reads nothing for this long is let go.', {
    unit: 'ms',
    live: ['clientStallMs'],
  }),
  HEARTBEAT_MS: queue('Comments in a silent stream; 0 is off.', { unit: 'ms', live: ['heartbeatMs'] }),
  UNARY_KEEPALIVE: queue('Spaces before a slow answer that is not streamed; 0 is off.', {
    unit: 'ms',
    live: ['unaryKeepAliveMs'],
  }),
  DRAIN_MS: queue('How long running requests may go on at a stop.', { unit: 'ms', live: ['drainMs'] }),

  LOG_BODIES: log('What of prompts and answers is kept at most; a key may keep less.', {
    live: ['logBodies'],
  }),
  LOG_BODY_MAX_KB: log('Longer texts are cut.', { unit: 'KB', live: ['logBodyMaxBytes'] }),
  LOG_IMAGES: log('Images in requests are kept as they came; else as type, size and hash.', {
    live: ['logImages'],
  }),
  LOG_REDACT: log('Taken out of texts before they are kept: email, phone, card, key.', { list: true }),
  LOG_REDACT_PATTERNS: log('Own patterns (RE2 syntax) that are taken out, as a JSON array.'),
  RETENTION_BODIES_DAYS: log('Prompts and answers are deleted after this; 0 keeps them.', {
    unit: 'days',
    live: ['retentionBodiesDays'],
  }),
  RETENTION_LOG_DAYS: log('Rows are deleted after this; totals stay; 0 keeps them.', {
    unit: 'days',
    live: ['retentionLogDays'],
  }),
  RESPONSES_TTL_DAYS: log('How long the Responses API keeps its state.', {
    unit: 'days',
    live: ['responsesTtlDays'],
  }),
  LOG_DURABILITY: log('A record survives the process, or a loss of power.'),
  SPOOL_MAX_MB: log('Records that may wait for PostgreSQL.', { unit: 'MB' }),
  SPOOL_RESERVE_MB: log('Kept free for what runs when the disk is full.', { unit: 'MB' }),

  CURRENCY: money('ISO code of the currency that new records are priced in.'),
  ELECTRICITY_RATE: money('Price of a kWh where no tariff is set.', { unit: 'currency/kWh' }),
  POWER_WATTS: money('Draw of a host while a request is active and no meter tells.', { unit: 'W' }),
  IDLE_WATTS: money('Draw of a host while none is.', { unit: 'W' }),
  ENERGY_SETTLE_MS: money('How long a meter’s sample is waited for.', { unit: 'ms' }),
  CARBON_GRAMS_PER_KWH: money('CO2 of the grid’s electricity.', { unit: 'g/kWh' }),
  CARBON_KIND: money('Whether that is of the grid’s mix, or of one kWh more.'),
  CARBON_SOURCE: money('Where that figure is from, for the reports.'),
  USAGE_ENERGY: money('Answers tell energy and cost in `usage.ollameter`, an extension of OpenAI’s wire.'),
  ENERGY_SHARING: money(
    'Requests that are active together share the energy equally, by their tokens, or by tokens weighed by phase and model.',
  ),

  GATEWAY_HOST: place('Address that the gateway plane listens on.'),
  GATEWAY_PORT: place('Port of the gateway plane.'),
  ADMIN_HOST: place('Address that the admin plane listens on.'),
  ADMIN_PORT: place('Port of the admin plane.'),
  ADMIN_HOSTS: place('Host names that the admin plane answers to besides loopback.', { list: true }),
  TRUST_PROXY: place('Proxies whose X-Forwarded-For is believed.', { list: true }),
  DATA_DIR: place('Where spool, pepper and embedded database are kept.'),

  OTEL_EXPORTER_OTLP_ENDPOINT: place('Collector that OpenTelemetry traces and metrics are sent to.'),
  OTEL_SERVICE_NAME: place('Name of this service in traces.'),
  OTEL_METRIC_EXPORT_INTERVAL: place('How often metrics are sent.', { unit: 'ms' }),

  OTEL_EXPORTER_OTLP_HEADERS: null,
  OIDC_ISSUER: place('Provider at which people may log in.'),
  OIDC_CLIENT_ID: place('The client that the provider knows this gateway by.'),
  OIDC_NAME: place('What its button says.'),
  OIDC_SCOPES: place('What the provider is asked for.'),
  OIDC_ROLES_CLAIM: place('The claim that says who is what.'),
  OIDC_ROLES: place('Roles by values of that claim.', { list: true }),
  OIDC_DEFAULT_ROLE: place('Of people whom no value matches; empty refuses them.'),

  OIDC_CLIENT_SECRET: null,
  OLLAMA_URL: null,
  DEMO_HOST_URL: null,
  DATABASE_URL: null,
  REDIS_URL: null,
  API_KEY: null,
  API_KEY_ALT: null,
  ADMIN_EMAIL: null,
  ADMIN_PASSWORD: null,
  ADMIN_TOKEN: null,
  KEY_PEPPER: null,
  NODE_ENV: null,
};
