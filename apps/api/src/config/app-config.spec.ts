import { AppConfig } from './app-config';

const base = { DATABASE_URL: 'postgres://user:secret@localhost/db' };
const read = (variables: Record<string, string>) => AppConfig.fromVariables({ ...base, ...variables });

describe('AppConfig', () => {
  it('has the promised defaults', () => {
    expect(read({})).toMatchObject({
      gatewayHost: '127.0.0.1',
      gatewayPort: 8080,
      adminPort: 3000,
      defaultModel: 'llama3.1:8b',
      rateMicrosPerKwh: 383_000,
      powerMilliwatts: 80_000,
      currency: 'USD',
      timezone: 'America/Los_Angeles',
      hosts: [{ name: '127.0.0.1:11434', slots: 4, demo: false }],
      hostsAreDefault: true,
    });
  });

  it('takes an empty variable for an absent one, and knows the old name of POWER_WATTS', () => {
    expect(read({ GATEWAY_PORT: '', M4_MAX_POWER_WATTS: '60' })).toMatchObject({
      gatewayPort: 8080,
      powerMilliwatts: 60_000,
    });
    expect(read({ POWER_WATTS: '70', M4_MAX_POWER_WATTS: '60' }).powerMilliwatts).toBe(70_000);
  });

  it('reads several hosts, each with its own slots', () => {
    expect(read({ OLLAMA_URLS: 'http://a:11434#slots=2, http://b:1/' }).hosts).toEqual([
      { name: 'a:11434', url: 'http://a:11434', slots: 2, demo: false },
      { name: 'b:1', url: 'http://b:1', slots: 4, demo: false },
    ]);
  });

  it.each([
    ['GATEWAY_PORT', { GATEWAY_PORT: 'eighty' }, /GATEWAY_PORT="eighty".*whole number from 0 to 65535/],
    ['TIMEZONE', { TIMEZONE: 'Mars/Olympus' }, /TIMEZONE="Mars\/Olympus".*IANA/],
    ['POWER_WATTS', { POWER_WATTS: '-1' }, /POWER_WATTS="-1"/],
    ['OLLAMA_URL', { OLLAMA_URL: 'localhost:11434' }, /OLLAMA_URL/],
    ['OLLAMA_URLS', { OLLAMA_URLS: 'http://a#slots=0' }, /OLLAMA_URLS/],
    ['LOG_BODIES', { LOG_BODIES: 'some' }, /full, metadata or none/],
    ['IDLE_WATTS', { IDLE_WATTS: '100' }, /IDLE_WATTS=100.*at most POWER_WATTS/],
    ['REDIS_URL', { REDIS_URL: '127.0.0.1:6379' }, /REDIS_URL=\(hidden\).*redis:\/\//],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://x' }, /DATABASE_URL=\(hidden\)/],
  ])('stops the start for a wrong %s with one line', (_, variables, line) => {
    expect(() => read(variables)).toThrow(line);
  });

  it('never shows a secret in the line', () => {
    expect(() => read({ ADMIN_TOKEN: 'too-short' })).toThrow(/ADMIN_TOKEN=\(hidden\).*at least 24/);
  });

  it('refuses a demo host in production', () => {
    expect(() => read({ DEMO_HOST_URL: 'http://127.0.0.1:9', NODE_ENV: 'production' })).toThrow(
      /DEMO_HOST_URL/,
    );
  });
});
