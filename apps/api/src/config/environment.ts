import { plainToInstance, Transform } from 'class-transformer';
import {
  getMetadataStorage,
  IsEmail,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsTimeZone,
  Matches,
  Max,
  Min,
  MinLength,
  validateSync,
} from 'class-validator';
import { ConfigError } from './config-error';

const asNumber = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? Number(value) : value));

/** An integer setting within bounds, given as text. */
const Bounded = (min: number, max: number) => (target: object, key: string) => {
  asNumber()(target, key);
  IsInt({ message: `a whole number from ${min} to ${max}` })(target, key);
  Min(min, { message: `a whole number from ${min} to ${max}` })(target, key);
  Max(max, { message: `a whole number from ${min} to ${max}` })(target, key);
};

/** A decimal setting within bounds, given as text. */
const Decimal = (min: number, max: number) => (target: object, key: string) => {
  asNumber()(target, key);
  IsNumber({}, { message: `a number from ${min} to ${max}` })(target, key);
  Min(min, { message: `a number from ${min} to ${max}` })(target, key);
  Max(max, { message: `a number from ${min} to ${max}` })(target, key);
};

/** Below the 100 to 120 s after which Cloudflare gives up on a silent answer. */
const UNARY_KEEPALIVE_WORDS = new Map<unknown, number>([
  ['true', 60_000],
  ['false', 0],
]);

/** The environment as it is read, each variable under its own name; defaults are the promised ones. */
export class Environment {
  @IsString() GATEWAY_HOST = '127.0.0.1';
  @Bounded(0, 65535) GATEWAY_PORT = 8080;
  @IsString() ADMIN_HOST = '127.0.0.1';
  @Bounded(0, 65535) ADMIN_PORT = 3000;
  @IsString() ADMIN_HOSTS = '';
  @MinLength(1, { message: 'a folder' }) DATA_DIR = './.data';
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, { message: 'postgres://user:password@host/database' })
  DATABASE_URL?: string;
  /** Redis or Valkey, which several gateways on one database share. */
  @IsOptional()
  @Matches(/^rediss?:\/\/[^/]/, { message: 'redis://user:password@host:6379/0 (rediss:// for TLS)' })
  REDIS_URL?: string;
  @IsString() TRUST_PROXY = '';
  @IsString() CORS_ORIGINS = '*';

  @IsOptional() @IsString() OLLAMA_URL?: string;
  @IsOptional() @IsString() OLLAMA_URLS?: string;
  /** Set by `npm start` when it runs the demo host; never by hand. */
  @IsOptional() @IsString() DEMO_HOST_URL?: string;
  @IsOptional() @IsString() DEFAULT_MODEL?: string;
  @IsOptional() @Bounded(1, 10_000_000) OLLAMA_NUM_CTX?: number;
  @Bounded(1, 1024) HOST_SLOTS = 4;
  @Bounded(1, 600_000) CONNECT_TIMEOUT_MS = 3000;
  @Bounded(1, 86_400_000) FIRST_TOKEN_TIMEOUT_MS = 600_000;
  @Bounded(1, 86_400_000) TOKEN_GAP_TIMEOUT_MS = 60_000;
  @Bounded(1, 86_400_000) REQUEST_TIMEOUT_MS = 1_800_000;

  @Bounded(0, 100_000) QUEUE_MAX = 256;
  @Bounded(0, 100_000) QUEUE_MAX_PER_KEY = 64;
  @Bounded(0, 86_400_000) QUEUE_WAIT_MS = 60_000;
  @Bounded(1, 86_400_000) BODY_STALL_MS = 20_000;
  @Bounded(1, 86_400_000) CLIENT_STALL_MS = 60_000;
  @Bounded(0, 86_400_000) HEARTBEAT_MS = 10_000;
  @Transform(({ value }: { value: unknown }) => UNARY_KEEPALIVE_WORDS.get(value) ?? value)
  @Bounded(0, 86_400_000)
  UNARY_KEEPALIVE = 0;
  @Bounded(1, 1024) BODY_LIMIT_MB = 32;
  @Bounded(1, 100_000) MAX_STREAMS = 1024;
  @Bounded(0, 86_400_000) DRAIN_MS = 30_000;

  @IsIn(['true', 'false'], { message: 'true or false' }) FETCH_IMAGE_URLS: 'true' | 'false' = 'false';

  @IsIn(['full', 'metadata', 'none'], { message: 'full, metadata or none' }) LOG_BODIES:
    'full' | 'metadata' | 'none' = 'full';
  @Bounded(1, 32_768) LOG_BODY_MAX_KB = 256;
  @IsIn(['true', 'false'], { message: 'true or false' }) LOG_IMAGES: 'true' | 'false' = 'false';
  /** Which kinds are taken out of texts before they are kept. */
  @Matches(/^$|^\s*(email|phone|card|key)(\s*,\s*(email|phone|card|key))*\s*$/, {
    message: 'a list of email, phone, card, key',
  })
  LOG_REDACT = '';
  /** Own patterns, RE2 syntax, as a JSON array of texts. */
  @IsString() LOG_REDACT_PATTERNS = '';
  @Bounded(0, 36_500) RETENTION_BODIES_DAYS = 0;
  @Bounded(0, 36_500) RETENTION_LOG_DAYS = 0;
  @IsIn(['process', 'power'], { message: 'process or power' }) LOG_DURABILITY: 'process' | 'power' =
    'process';
  @Bounded(16, 1_048_576) SPOOL_MAX_MB = 2048;
  /** Kept free on the disk for the records of the requests that run when it is full. */
  @Bounded(1, 65_536) SPOOL_RESERVE_MB = 64;
  @Bounded(1, 3650) RESPONSES_TTL_DAYS = 30;
  @IsIn(['debug', 'info', 'warn', 'error'], { message: 'debug, info, warn or error' }) LOG_LEVEL:
    'debug' | 'info' | 'warn' | 'error' = 'info';

  @IsOptional() @IsIn(['text', 'json'], { message: 'text or json' }) LOG_FORMAT?: 'text' | 'json';

  @Decimal(-100, 1000) ELECTRICITY_RATE = 0.383;
  @Matches(/^[A-Z]{3}$/, { message: 'an ISO 4217 code such as USD' }) CURRENCY = 'USD';
  @Decimal(0, 1_000_000) POWER_WATTS = 80;
  @Decimal(0, 1_000_000) IDLE_WATTS = 0;
  @Bounded(0, 3_600_000) ENERGY_SETTLE_MS = 10_000;
  @IsIn(['equal', 'tokens', 'phases'], { message: 'equal, tokens or phases' })
  ENERGY_SHARING: 'equal' | 'tokens' | 'phases' = 'equal';
  /** Energy and cost in the `usage` of answers, an extension of OpenAI's wire. */
  @IsIn(['true', 'false'], { message: 'true or false' }) USAGE_ENERGY: 'true' | 'false' = 'false';
  @Decimal(0, 5000) CARBON_GRAMS_PER_KWH = 195;
  /** What the factor is: of the grid's mix, or of one kWh more. Never mixed. */
  @IsIn(['average', 'marginal'], { message: 'average or marginal' }) CARBON_KIND: 'average' | 'marginal' =
    'average';
  /** Where the factor is from and as of when, for the reports. */
  @IsString() CARBON_SOURCE = '';
  @IsTimeZone({ message: 'an IANA time zone such as America/Los_Angeles' }) TIMEZONE = 'America/Los_Angeles';

  @IsOptional() @MinLength(8, { message: 'at least 8 characters' }) API_KEY?: string;
  @IsOptional() @MinLength(8, { message: 'at least 8 characters' }) API_KEY_ALT?: string;
  @IsOptional() @IsEmail({ require_tld: false }, { message: 'an e-mail address' }) ADMIN_EMAIL?: string;
  @IsOptional() @MinLength(8, { message: 'at least 8 characters' }) ADMIN_PASSWORD?: string;
  @IsOptional() @MinLength(24, { message: 'at least 24 characters' }) ADMIN_TOKEN?: string;
  @IsOptional() @MinLength(16, { message: 'at least 16 characters' }) KEY_PEPPER?: string;
  @IsOptional()
  @Matches(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])/, {
    message: 'an https URL (http on loopback only)',
  })
  OIDC_ISSUER?: string;
  @IsOptional() @IsString() OIDC_CLIENT_ID?: string;
  @IsOptional() @IsString() OIDC_CLIENT_SECRET?: string;
  @IsString() OIDC_NAME = 'single sign-on';
  @Matches(/^openid( |$)/, { message: 'scopes separated by spaces, openid first' }) OIDC_SCOPES =
    'openid email profile';
  @IsString() OIDC_ROLES_CLAIM = 'groups';
  @Matches(/^((admin|operator|viewer|member)=[^,=]+(,(?!$)|$))*$/, {
    message: 'role=value pairs such as admin=ops,viewer=staff',
  })
  OIDC_ROLES = '';
  @IsIn(['', 'admin', 'operator', 'viewer', 'member'], { message: 'a role, or empty' })
  OIDC_DEFAULT_ROLE: '' | 'admin' | 'operator' | 'viewer' | 'member' = '';
  @IsIn(['true', 'false'], { message: 'true or false' }) METRICS_PUBLIC: 'true' | 'false' = 'false';
  @IsOptional()
  @Matches(/^https?:\/\//, { message: 'the address of an OTLP collector such as http://127.0.0.1:4318' })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  @IsOptional()
  @Matches(/^[^=,\s]+=[^,]*(,[^=,\s]+=[^,]*)*$/, { message: 'name=value, comma-separated' })
  OTEL_EXPORTER_OTLP_HEADERS?: string;
  @MinLength(1, { message: 'a name' }) OTEL_SERVICE_NAME = 'ollameter';
  @Bounded(100, 86_400_000) OTEL_METRIC_EXPORT_INTERVAL = 60_000;
  @IsOptional() @IsString() NODE_ENV?: string;
}

/** Every variable, by its decorators: those without a default are no properties of an instance. */
const KNOWN = new Set(
  getMetadataStorage()
    .getTargetValidationMetadatas(Environment, '', false, false)
    .map(({ propertyName }) => propertyName),
);

const SECRET = /HEADERS|PASSWORD|TOKEN|PEPPER|API_KEY|DATABASE_URL|_URL/;

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The variables that say something: empty ones count as unset, but for an empty `CORS_ORIGINS`, which is a choice
 * (off). The old name `M4_MAX_POWER_WATTS` works for `POWER_WATTS`.
 */
export function givenVariables(variables: Variables): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables))
    if (value !== undefined && (value !== '' || name === 'CORS_ORIGINS')) given[name] = value;
  const oldPower = given['M4_MAX_POWER_WATTS'];
  if (given['POWER_WATTS'] === undefined && oldPower !== undefined) given['POWER_WATTS'] = oldPower;
  return given;
}

/**
 * Checks the variables that are given and fills the defaults.
 * @throws ConfigError naming the variable, its value (secrets masked) and what is expected.
 */
export function readEnvironment(given: Variables): Environment {
  const picked = Object.fromEntries(Object.entries(given).filter(([name]) => KNOWN.has(name)));
  const environment = plainToInstance(Environment, picked, { exposeDefaultValues: true });
  const [first] = validateSync(environment, { whitelist: false });
  if (first) {
    const expected = Object.values(first.constraints ?? {})[0] ?? 'another value';
    const shown = SECRET.test(first.property) ? '(hidden)' : JSON.stringify(given[first.property]);
    throw new ConfigError(first.property, shown, expected);
  }
  return environment;
}
