import { Redaction, type RedactionKind } from '../request-log/redaction';
import { resolve } from 'node:path';
import type { Role } from '@ollameter/admin-contract';
import { ConfigError } from './config-error';
import { type Environment, givenVariables, readEnvironment, type Variables } from './environment';

/** One Ollama in the pool. */
export interface HostConfig {
  /** `host:port` of the URL, or `demo`. */
  readonly name: string;
  /** Origin without a trailing slash. */
  readonly url: string;
  readonly slots: number;
  readonly demo: boolean;
}

/** An OTLP collector and what is told it. */
export interface OtlpConfig {
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly metricIntervalMs: number;
}

/** Where people may log in besides their password here. */
export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a public client, which PKCE alone protects. */
  readonly clientSecret: string | null;
  /** On the button. */
  readonly name: string;
  readonly scopes: string;
  readonly rolesClaim: string;
  /** The first that matches a value of the claim counts. */
  readonly roles: readonly { readonly role: Role; readonly value: string }[];
  /** Of people whom no mapping matches; null refuses them. */
  readonly defaultRole: Role | null;
}

const LOCAL_OLLAMA_URL = 'http://127.0.0.1:11434';
const DEFAULT_MODEL = 'llama3.1:8b';

/**
 * The whole configuration, typed; nothing else reads the environment. It holds for the life of the process, but for
 * what the portal may change of it, which `adopt` takes over: read such fields where they are used, keep no copy.
 */
export class AppConfig {
  readonly gatewayHost: string;
  readonly gatewayPort: number;
  readonly adminHost: string;
  readonly adminPort: number;
  /** Host names the admin plane answers to besides loopback. */
  readonly adminHosts: readonly string[];
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** Where several gateways meet; null for one that is alone. */
  readonly redisUrl: string | null;
  readonly trustProxy: readonly string[];
  readonly corsOrigins: readonly string[];

  readonly hosts: readonly HostConfig[];
  /** True when no Ollama was named: 11434 is probed and the demo host leaves once it answers. */
  readonly hostsAreDefault: boolean;
  readonly defaultModel: string | null;
  readonly numCtx: number | null;
  readonly connectTimeoutMs: number;
  readonly firstTokenTimeoutMs: number;
  readonly tokenGapTimeoutMs: number;
  readonly requestTimeoutMs: number;

  readonly queueMax: number;
  readonly queueMaxPerKey: number;
  readonly queueWaitMs: number;
  /** A body that pauses for this long is refused. */
  readonly bodyStallMs: number;
  readonly clientStallMs: number;
  readonly heartbeatMs: number;
  /** Whitespace of a slow unary answer; 0 never. */
  readonly unaryKeepAliveMs: number;
  readonly bodyLimitBytes: number;
  readonly maxStreams: number;
  readonly drainMs: number;
  readonly fetchImageUrls: boolean;

  readonly logBodies: 'full' | 'metadata' | 'none';
  readonly logBodyMaxBytes: number;
  readonly logImages: boolean;
  readonly logRedact: readonly RedactionKind[];
  /** RE2 syntax; checked at the start. */
  readonly logRedactPatterns: readonly string[];
  /** 0 keeps. */
  readonly retentionBodiesDays: number;
  readonly retentionLogDays: number;
  readonly logDurability: 'process' | 'power';
  readonly spoolMaxBytes: number;
  readonly spoolReserveBytes: number;
  readonly responsesTtlDays: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';

  /** Lines for a person, or JSON for a machine. */
  readonly logFormat: 'text' | 'json';

  /** µ-currency per kWh. */
  readonly rateMicrosPerKwh: number;
  readonly currency: string;
  /** mW while at least one request is active. */
  readonly powerMilliwatts: number;
  readonly idleMilliwatts: number;
  readonly energySettleMs: number;
  /** Grid average, g CO2e per kWh. */
  readonly carbon: {
    readonly gramsPerKwh: number;
    readonly kind: 'average' | 'marginal';
    readonly source: string;
  };
  /** Whether answers tell energy and cost in `usage`. */
  readonly usageEnergy: boolean;
  /** How requests that are active together share the energy of that time. */
  readonly energySharing: 'equal' | 'tokens' | 'phases';
  readonly timezone: string;

  /** Keys of an older set-up, by the variable that names them. */
  readonly importedKeys: readonly { readonly variable: 'API_KEY' | 'API_KEY_ALT'; readonly text: string }[];
  readonly adminEmail: string;
  readonly adminPassword: string | null;
  readonly adminToken: string | null;
  readonly keyPepper: string | null;
  /** Where traces and metrics go; null sends none. */
  readonly otlp: OtlpConfig | null;
  /** Null where no provider is set. */
  readonly oidc: OidcConfig | null;
  /** `/metrics` answers without a token. */
  readonly metricsPublic: boolean;
  readonly production: boolean;

  /** @param given the variables that the environment sets, which win over what the portal has stored */
  constructor(
    readonly environment: Readonly<Environment>,
    readonly given: Variables,
  ) {
    this.gatewayHost = environment.GATEWAY_HOST;
    this.gatewayPort = environment.GATEWAY_PORT;
    this.adminHost = environment.ADMIN_HOST;
    this.adminPort = environment.ADMIN_PORT;
    this.adminHosts = list(environment.ADMIN_HOSTS);
    this.dataDir = resolve(environment.DATA_DIR);
    if (!environment.DATABASE_URL)
      throw new ConfigError(
        'DATABASE_URL',
        '(unset)',
        'a PostgreSQL URL (`npm start` brings its own server and sets it)',
      );
    this.databaseUrl = environment.DATABASE_URL;
    this.redisUrl = environment.REDIS_URL ?? null;
    this.trustProxy = list(environment.TRUST_PROXY);
    this.corsOrigins = list(environment.CORS_ORIGINS);

    this.production = environment.NODE_ENV === 'production';
    const named = environment.OLLAMA_URLS ?? environment.OLLAMA_URL;
    this.hostsAreDefault = named === undefined;
    this.hosts = readHosts(environment, this.production);
    this.defaultModel = environment.DEFAULT_MODEL ?? DEFAULT_MODEL;
    this.numCtx = environment.OLLAMA_NUM_CTX ?? null;
    this.connectTimeoutMs = environment.CONNECT_TIMEOUT_MS;
    this.firstTokenTimeoutMs = environment.FIRST_TOKEN_TIMEOUT_MS;
    this.tokenGapTimeoutMs = environment.TOKEN_GAP_TIMEOUT_MS;
    this.requestTimeoutMs = environment.REQUEST_TIMEOUT_MS;

    this.queueMax = environment.QUEUE_MAX;
    this.queueMaxPerKey = environment.QUEUE_MAX_PER_KEY;
    this.queueWaitMs = environment.QUEUE_WAIT_MS;
    this.bodyStallMs = environment.BODY_STALL_MS;
    this.clientStallMs = environment.CLIENT_STALL_MS;
    this.heartbeatMs = environment.HEARTBEAT_MS;
    this.unaryKeepAliveMs = environment.UNARY_KEEPALIVE;
    this.bodyLimitBytes = environment.BODY_LIMIT_MB * 1024 * 1024;
    this.maxStreams = environment.MAX_STREAMS;
    this.drainMs = environment.DRAIN_MS;
    this.fetchImageUrls = environment.FETCH_IMAGE_URLS === 'true';

    this.logBodies = environment.LOG_BODIES;
    this.logBodyMaxBytes = environment.LOG_BODY_MAX_KB * 1024;
    this.logImages = environment.LOG_IMAGES === 'true';
    this.logRedact = list(environment.LOG_REDACT) as RedactionKind[];
    this.logRedactPatterns = readPatterns(environment.LOG_REDACT_PATTERNS);
    this.retentionBodiesDays = environment.RETENTION_BODIES_DAYS;
    this.retentionLogDays = environment.RETENTION_LOG_DAYS;
    this.logDurability = environment.LOG_DURABILITY;
    this.spoolMaxBytes = environment.SPOOL_MAX_MB * 1024 * 1024;
    this.spoolReserveBytes = environment.SPOOL_RESERVE_MB * 1024 * 1024;
    this.responsesTtlDays = environment.RESPONSES_TTL_DAYS;
    this.logLevel = environment.LOG_LEVEL;
    this.logFormat = environment.LOG_FORMAT ?? (this.production ? 'json' : 'text');

    this.rateMicrosPerKwh = Math.round(environment.ELECTRICITY_RATE * 1e6);
    this.currency = environment.CURRENCY;
    this.powerMilliwatts = Math.round(environment.POWER_WATTS * 1000);
    this.idleMilliwatts = Math.round(environment.IDLE_WATTS * 1000);
    if (this.idleMilliwatts > this.powerMilliwatts)
      throw new ConfigError(
        'IDLE_WATTS',
        JSON.stringify(environment.IDLE_WATTS),
        `at most POWER_WATTS (${environment.POWER_WATTS})`,
      );
    this.energySettleMs = environment.ENERGY_SETTLE_MS;
    this.carbon = {
      gramsPerKwh: environment.CARBON_GRAMS_PER_KWH,
      kind: environment.CARBON_KIND,
      source: environment.CARBON_SOURCE,
    };
    this.usageEnergy = environment.USAGE_ENERGY === 'true';
    this.energySharing = environment.ENERGY_SHARING;
    this.timezone = environment.TIMEZONE;

    this.importedKeys = (['API_KEY', 'API_KEY_ALT'] as const).flatMap((variable) => {
      const text = environment[variable];
      return text === undefined ? [] : [{ variable, text }];
    });
    this.adminEmail = environment.ADMIN_EMAIL ?? 'admin@localhost';
    this.adminPassword = environment.ADMIN_PASSWORD ?? null;
    this.adminToken = environment.ADMIN_TOKEN ?? null;
    this.keyPepper = environment.KEY_PEPPER ?? null;
    this.otlp = otlpOf(environment);
    this.oidc = readOidc(environment);
    this.metricsPublic = environment.METRICS_PUBLIC === 'true';
  }

  /**
   * @param stored what the portal has stored, by variable; the environment wins over it
   * @throws ConfigError for the first wrong or contradictory value.
   */
  static fromVariables(variables: Variables, stored: Variables = {}): AppConfig {
    const given = givenVariables(variables);
    const filled: Record<string, string | undefined> = { ...stored, ...given };
    // One host in the environment is a choice of hosts as well.
    if (given['OLLAMA_URL'] !== undefined) filled['OLLAMA_URLS'] = given['OLLAMA_URLS'];
    return new AppConfig(readEnvironment(filled), given);
  }

  /** Takes over some of another configuration's values, in place. */
  adopt(next: AppConfig, fields: readonly (keyof AppConfig)[]): void {
    Object.assign(this, Object.fromEntries(fields.map((field) => [field, next[field]])));
  }
}

function readOidc(environment: Environment): OidcConfig | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = environment;
  if (issuer === undefined) return null;
  if (clientId === undefined)
    throw new ConfigError('OIDC_CLIENT_ID', '(unset)', 'the client that OIDC_ISSUER knows this gateway by');
  return {
    issuer,
    clientId,
    clientSecret: environment.OIDC_CLIENT_SECRET ?? null,
    name: environment.OIDC_NAME,
    scopes: environment.OIDC_SCOPES,
    rolesClaim: environment.OIDC_ROLES_CLAIM,
    roles: list(environment.OIDC_ROLES).map((pair) => {
      const [role = '', value = ''] = pair.split('=');
      return { role: role as Role, value };
    }),
    defaultRole: environment.OIDC_DEFAULT_ROLE === '' ? null : environment.OIDC_DEFAULT_ROLE,
  };
}

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** @throws ConfigError for what is no list of patterns, or a pattern that RE2 does not know (a backreference, say) */
function readPatterns(text: string): readonly string[] {
  if (text === '') return [];
  const refuse = (reason: string) =>
    new ConfigError(
      'LOG_REDACT_PATTERNS',
      JSON.stringify(text),
      `a JSON array of RE2 patterns, at most 20 of at most 500 characters${reason}`,
    );
  let patterns: unknown;
  try {
    patterns = JSON.parse(text);
  } catch {
    throw refuse('');
  }
  if (!Array.isArray(patterns) || patterns.length > 20) throw refuse('');
  for (const pattern of patterns as unknown[]) {
    if (typeof pattern !== 'string' || pattern.length > 500) throw refuse('');
    try {
      new Redaction([], [pattern]);
    } catch (error) {
      throw refuse(` (${pattern}: ${(error as Error).message})`);
    }
  }
  return patterns as string[];
}

function readHosts(environment: Environment, production: boolean): readonly HostConfig[] {
  const variable = environment.OLLAMA_URLS === undefined ? 'OLLAMA_URL' : 'OLLAMA_URLS';
  const named = environment.OLLAMA_URLS ?? environment.OLLAMA_URL;
  if (named !== undefined)
    return list(named).map((entry) => readHost(entry, variable, environment.HOST_SLOTS));
  const local = readHost(LOCAL_OLLAMA_URL, 'OLLAMA_URL', environment.HOST_SLOTS);
  if (environment.DEMO_HOST_URL === undefined) return [local];
  if (production) throw new ConfigError('DEMO_HOST_URL', '(set)', 'no demo host where NODE_ENV=production');
  const demo = {
    ...readHost(environment.DEMO_HOST_URL, 'DEMO_HOST_URL', environment.HOST_SLOTS),
    name: 'demo',
    demo: true,
  };
  return [local, demo];
}

function readHost(entry: string, variable: string, defaultSlots: number): HostConfig {
  let url: URL;
  try {
    url = new URL(entry);
  } catch {
    throw new ConfigError(
      variable,
      JSON.stringify(entry),
      'http://host:port, several with commas in OLLAMA_URLS, #slots=n each',
    );
  }
  const slotsText = new URLSearchParams(url.hash.slice(1)).get('slots');
  const slots = slotsText === null ? defaultSlots : Number(slotsText);
  if (!/^https?:$/.test(url.protocol) || !Number.isInteger(slots) || slots < 1 || slots > 1024)
    throw new ConfigError(
      variable,
      JSON.stringify(entry),
      'http://host:port, several with commas in OLLAMA_URLS, #slots=n each',
    );
  return { name: url.host, url: url.origin + url.pathname.replace(/\/+$/, ''), slots, demo: false };
}

function otlpOf(environment: Environment): OtlpConfig | null {
  if (environment.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return null;
  const headers = (environment.OTEL_EXPORTER_OTLP_HEADERS ?? '').split(',').filter((pair) => pair !== '');
  return {
    endpoint: environment.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/+$/, ''),
    // Values are URL-encoded there (OpenTelemetry's specification of the protocol exporter).
    headers: Object.fromEntries(
      headers.map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))];
      }),
    ),
    serviceName: environment.OTEL_SERVICE_NAME,
    metricIntervalMs: environment.OTEL_METRIC_EXPORT_INTERVAL,
  };
}
