const SECRETS = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'apiKey',
  'password',
  'passphrase',
  'secret',
  'token',
  'pepper',
];

/**
 * Paths that pino's `redact` censors: a secret's field in the line itself and down to two objects deep, which is where
 * headers stand in `{ headers }` and `{ request: { headers } }`. Names are matched as written.
 */
export const CENSORED_PATHS: string[] = SECRETS.flatMap((name) => [
  `["${name}"]`,
  `*["${name}"]`,
  `*.*["${name}"]`,
]);
