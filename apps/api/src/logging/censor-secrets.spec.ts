import * as fc from 'fast-check';
import { CENSORED, censorSecrets, OMITTED } from './censor-secrets';

const SPELLINGS = [
  'authorization',
  'Authorization',
  'Proxy-Authorization',
  'cookie',
  'Set-Cookie',
  'cookies',
  'apiKey',
  'api_key',
  'API-KEY',
  'API_KEY',
  'X-Api-Key',
  'password',
  'newPassword',
  'ADMIN_PASSWORD',
  'passwd',
  'passphrase',
  'secret',
  'clientSecret',
  'OIDC_CLIENT_SECRET',
  'token',
  'accessToken',
  'refresh_token',
  'ADMIN_TOKEN',
  'KEY_PEPPER',
  'privateKey',
  'credentials',
];

it.each(SPELLINGS)('censors %s, in the line and inside objects, arrays and errors', (name) => {
  const fields = { [name]: 's3cret', a: { b: [{ c: { [name]: { deep: 's3cret' } } }] } };
  const line = JSON.stringify(censorSecrets({ ...fields, err: Object.assign(new Error('x'), fields) }));
  expect(line).not.toContain('s3cret');
  expect(line).toContain(CENSORED);
});

it('leaves alone what the lines of the gateway hold, and what it was handed', () => {
  const fields = {
    requestId: 'r',
    keyId: 'k',
    promptTokens: 3,
    tokensPerMinute: 4,
    authorizationMs: 1,
    tokenGapMs: 5,
    status: 200,
    list: [1, null, 'x'],
    none: undefined,
    headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
  };
  const before = structuredClone(fields);
  expect(censorSecrets(fields)).toEqual({
    ...before,
    headers: { 'content-type': 'application/json', authorization: CENSORED },
  });
  expect(fields).toEqual(before);
});

it('says an error’s words, a time and an address as JSON does', () => {
  const at = new Date(0);
  const line = JSON.stringify(censorSecrets({ at, url: new URL('http://a/b'), err: new Error('disk') }));
  expect(JSON.parse(line)).toMatchObject({
    at: '1970-01-01T00:00:00.000Z',
    url: 'http://a/b',
    err: { message: 'disk', stack: expect.stringContaining('censor-secrets.spec') as string },
  });
});

it('reads no more than its bounds: circles, wide objects, long lists and buffers end', () => {
  const circle: Record<string, unknown> = { status: 1 };
  circle['self'] = circle;
  expect(JSON.stringify(censorSecrets(circle))).toContain(OMITTED);
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`f${i}`, i]));
  expect(Object.keys(censorSecrets({ wide, token: 't' })).length).toBeLessThanOrEqual(3);
  for (const value of [wide, Array.from({ length: 100_000 }, () => 'x'), Buffer.alloc(100_000)])
    expect(JSON.stringify(censorSecrets({ value })).length).toBeLessThan(10_000);
});

it('never shows a secret, whatever stands around it', () => {
  const secret = 'sk-om-never-shown';
  fc.assert(
    fc.property(fc.object({ maxDepth: 8 }), fc.constantFrom(...SPELLINGS), fc.nat(), (fields, name, at) => {
      // The secret goes into any one of the objects, and what is around it stays as it was.
      const objects: object[] = [];
      const collect = (value: unknown): void => {
        if (typeof value !== 'object' || value === null) return;
        objects.push(value);
        Object.values(value).forEach(collect);
      };
      collect(fields);
      Object.assign(objects[at % objects.length] ?? fields, { [name]: secret });
      expect(JSON.stringify(censorSecrets(fields))).not.toContain(secret);
    }),
  );
});
