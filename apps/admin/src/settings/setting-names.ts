import type { SettingItem } from '@ollameter/admin-contract';

type Group = SettingItem['group'];

/** The groups, in the order of the page. */
export const GROUPS: readonly { group: Group; name: string; text: string }[] = [
  { group: 'general', name: 'General', text: 'Zone, web pages that may call, what the process says.' },
  { group: 'log', name: 'Log and privacy', text: 'What is kept of prompts and answers, and for how long.' },
  { group: 'money', name: 'Money and power', text: 'What counts where no tariff and no meter tells more.' },
  { group: 'upstream', name: 'Ollama', text: 'The hosts, and how long the gateway waits for them.' },
  { group: 'queue', name: 'Limits and bounds', text: 'How much may wait and run at once, in all.' },
  {
    group: 'places',
    name: 'Places',
    text: 'Set only in the environment, so that nobody can lock everybody out.',
  },
];

const NAMES: Readonly<Record<string, string>> = {
  timezone: 'Time zone',
  corsOrigins: 'Web pages that may call (CORS)',
  logLevel: 'What the process logs',
  logFormat: 'Format of its log',
  metricsPublic: 'Metrics without a token',
  ollamaUrls: 'Ollama hosts',
  defaultModel: 'Default model',
  ollamaNumCtx: 'Context length',
  hostSlots: 'Slots a host',
  connectTimeoutMs: 'Wait for a connection',
  firstTokenTimeoutMs: 'Wait for the first token',
  tokenGapTimeoutMs: 'Wait between tokens',
  requestTimeoutMs: 'Wait for a whole answer',
  fetchImageUrls: 'Fetch pictures by URL',
  queueMax: 'Waiting in all',
  queueMaxPerKey: 'Waiting of one key',
  queueWaitMs: 'Longest wait for a slot',
  maxStreams: 'In flight in all',
  bodyLimitMb: 'Largest body',
  bodyStallMs: 'Pause in a body',
  clientStallMs: 'Pause of a client',
  heartbeatMs: 'Heartbeat in silent streams',
  unaryKeepalive: 'Keep-alive of slow answers',
  drainMs: 'Time to finish at a stop',
  logBodies: 'Prompts and answers',
  logBodyMaxKb: 'Longest text kept',
  logImages: 'Keep images',
  logRedact: 'Taken out of texts',
  logRedactPatterns: 'Own patterns taken out',
  retentionBodiesDays: 'Keep texts for',
  retentionLogDays: 'Keep rows for',
  responsesTtlDays: 'Keep Responses state for',
  logDurability: 'Durability of the spool',
  spoolMaxMb: 'Largest spool',
  spoolReserveMb: 'Reserve of the disk',
  currency: 'Currency',
  electricityRate: 'Price of electricity',
  powerWatts: 'Power when active',
  idleWatts: 'Power when idle',
  energySettleMs: 'Wait for a meter',
  carbonGramsPerKwh: 'Carbon of the grid',
  energySharing: 'Sharing of energy',
  gatewayHost: 'Gateway address',
  gatewayPort: 'Gateway port',
  adminHost: 'Portal address',
  adminPort: 'Portal port',
  adminHosts: 'Portal host names',
  trustProxy: 'Trusted proxies',
  dataDir: 'Data folder',
  otelExporterOtlpEndpoint: 'OpenTelemetry collector',
  otelServiceName: 'Name in traces',
  otelMetricExportInterval: 'Interval of exported metrics',
  oidcIssuer: 'Sign-in provider (OIDC)',
  oidcClientId: 'Client at the provider',
  oidcName: 'Name of the provider',
  oidcScopes: 'Scopes asked for',
  oidcRolesClaim: 'Claim that holds roles',
  oidcRoles: 'Roles by claim',
  oidcDefaultRole: 'Role without a claim',
};

/** A setting in words; what has no name yet, by its key. */
export function settingName(key: string): string {
  const words = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return NAMES[key] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
