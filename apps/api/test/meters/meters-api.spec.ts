import type {
  MeterDetection,
  MeterInput,
  MeterItem,
  MeterList,
  MeterTest,
  PowerNow,
  Problem,
} from '@ollameter/admin-contract';
import { GatewayRig } from '../support/gateway-rig';
import { FakeDevice, shellyStatus } from './fake-device';

let rig: GatewayRig;
let plug: FakeDevice;
let host: string;
beforeAll(async () => {
  plug = await FakeDevice.start(() => ({ body: shellyStatus(123.4, 5_000) }));
  rig = await GatewayRig.start({ variables: { POWER_WATTS: '80', IDLE_WATTS: '9' } });
  host = new URL(rig.ollama.url).host;
}, 60_000);
afterAll(async () => {
  await rig.stop();
  await plug.stop();
});
afterEach(async () => {
  for (const { id, origin } of (await list()).items)
    if (origin === 'portal') expect((await send('DELETE', `/api/meters/${id}`)).status).toBe(204);
});

const send = (method: string, path: string, body?: object) =>
  rig.admin(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
async function json<T>(answer: Promise<Response>, status = 200): Promise<T> {
  const got = await answer;
  const text = await got.text();
  expect([got.status, text]).toEqual([status, text]);
  return JSON.parse(text) as T;
}
const list = () => json<MeterList>(send('GET', '/api/meters'));
const shelly = (more: Partial<MeterInput> = {}): MeterInput => ({
  name: 'plug',
  kind: 'shelly',
  host,
  settings: { url: plug.url },
  ...more,
});
const create = (input: object) => json<MeterItem>(send('POST', '/api/meters', input), 201);
const refused = async (answer: Promise<Response>) => (await json<Problem>(answer, 400)).errors ?? [];

describe('/api/meters', () => {
  it('lists POWER_WATTS where nothing else is, and refuses to change it here', async () => {
    const { items } = await list();
    expect(items).toMatchObject([
      {
        id: `environment:${host}`,
        kind: 'constant',
        settings: { activeWatts: 80, idleWatts: 9 },
        counts: true,
        state: 'live',
        origin: 'environment',
      },
    ]);
    const path = `/api/meters/${encodeURIComponent(`environment:${host}`)}`;
    expect((await send('PATCH', path, { name: 'mine' })).status).toBe(409);
    expect((await send('DELETE', path)).status).toBe(409);
  });

  it('makes a meter that is read at once, counts, and shows its readings', async () => {
    const made = await create(shelly());
    expect(made).toMatchObject({
      scope: 'wall',
      calibration: 1,
      intervalMs: 1_000,
      enabled: true,
      counts: true,
    });
    const item = await rig.eventually(async () => {
      const found = (await list()).items.find(({ id }) => id === made.id);
      return found?.state === 'live' ? found : undefined;
    }, 'a reading');
    expect(item.lastReading).toMatchObject({ watts: 123.4, counterWh: 5_000 });
    expect(item.lastReading!.ageMs).toBeLessThan(5_000);
    expect(item).toMatchObject({ reason: null, standIn: null, hasSecret: false });
    await expect(json<{ powerWatts: number }>(send('GET', '/api/status'))).resolves.toMatchObject({
      powerWatts: 123.4,
    });
    await expect((await send('GET', '/metrics')).text()).resolves.toContain('ollameter_power_watts 123.4');
    // The constant only stands in from now on.
    const { items } = await list();
    expect(items.map(({ origin, counts }) => [origin, counts])).toEqual([
      ['portal', true],
      ['environment', false],
    ]);
  });

  it('warns of one that is read more rarely than a charge waits for it', async () => {
    const { warning } = await create(shelly({ intervalMs: 60_000 }));
    expect(warning).toMatch(
      /^It tells its energy every 60 s, and a charge waits 10 s .* at least every 5 s, or set ENERGY_SETTLE_MS to 120000\.$/,
    );
    const { items } = await list();
    expect(items.map((item) => item.warning)).toEqual([warning, null]);
  });

  it('downgrades to the constant when the device falls silent, says so and why, and recovers', async () => {
    const { answer } = plug;
    const made = await create(shelly({ intervalMs: 500 }));
    const inState = (state: MeterItem['state']) =>
      rig.eventually(async () => {
        const found = (await list()).items.find(({ id }) => id === made.id);
        return found?.state === state ? found : undefined;
      }, state);
    await inState('live');
    plug.answer = () => ({ status: 503, body: '' });
    const stale = await inState('stale');
    expect(stale.reason).toMatch(/^No reading for \d+ s: answers 503\. The constant stands in\.$/);
    expect(stale.standIn).toEqual({ activeWatts: 80, idleWatts: 9 });
    const power = await json<PowerNow>(send('GET', '/api/energy/power'));
    expect(power).toMatchObject({ watts: 9, quality: 'estimated' });
    await expect((await send('GET', '/metrics')).text()).resolves.toContain(
      `ollameter_meter_silent{host="${host}"} 1`,
    );
    expect(power.hosts[0]).toMatchObject({ source: 'plug', scope: 'wall', reason: `plug: ${stale.reason!}` });
    plug.answer = answer;
    await inState('live');
    await expect(json<PowerNow>(send('GET', '/api/energy/power'))).resolves.toMatchObject({
      watts: 123.4,
      quality: 'measured',
      hosts: [{ host, reason: null }],
    });
  });

  it('changes what is given and leaves the rest', async () => {
    const { id } = await create(shelly());
    const changed = await json<MeterItem>(
      send('PATCH', `/api/meters/${id}`, { name: 'desk', calibration: 0.5, enabled: false }),
    );
    expect(changed).toMatchObject({
      name: 'desk',
      calibration: 0.5,
      state: 'off',
      counts: false,
      settings: { url: plug.url },
    });
    expect((await send('PATCH', '/api/meters/nobody', {})).status).toBe(404);
    expect((await send('DELETE', `/api/meters/${crypto.randomUUID()}`)).status).toBe(404);
  });

  it('keeps what a deleted meter measured', async () => {
    const { id } = await create(shelly({ name: 'gone soon' }));
    await rig.eventually(
      async () => ((await list()).items.find((each) => each.id === id)?.state === 'live' ? true : undefined),
      'a reading',
    );
    const answer = await rig.post('/v1/chat/completions', {
      model: 'llama3.1:8b',
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const rowId = answer.headers.get('x-request-id')!;
    await answer.text();
    await rig.row(rowId, (row) => row.energyQuality !== 'pending');
    await send('DELETE', `/api/meters/${id}`);
    const row = await json<{ source: string; scope: string }>(send('GET', `/api/logs/${rowId}/energy`));
    expect(row).toMatchObject({ source: 'gone soon', scope: 'wall' });
  });

  it('never adds scopes that overlap: 409 names the other meter', async () => {
    await create(shelly({ name: 'desk plug' }));
    const conflict = async (input: object) =>
      (await json<Problem>(send('POST', '/api/meters', input), 409)).detail;
    await expect(conflict({ name: 'gpu', kind: 'nvidia', host, settings: {} })).resolves.toContain(
      "'desk plug'",
    );
    // Not enabled, it counts nothing and may be there.
    const gpu = await create({
      name: 'gpu',
      kind: 'nvidia',
      host,
      settings: { devices: [0] },
      enabled: false,
    });
    const enable = send('PATCH', `/api/meters/${gpu.id}`, { enabled: true });
    expect((await json<Problem>(enable, 409)).detail).toContain("'desk plug'");
  });

  it('takes a GPU and a CPU together, cards apart, and one constant beside them', async () => {
    await create({ name: 'gpu 0', kind: 'nvidia', host, settings: { devices: [0] } });
    await create({ name: 'gpu 1', kind: 'nvidia', host, settings: { devices: [1] } });
    await create({ name: 'cpu', kind: 'rapl', host, settings: {} });
    await create({ name: 'typical', kind: 'constant', host, settings: { activeWatts: 200, idleWatts: 30 } });
    const { items } = await list();
    expect(items.filter(({ counts }) => counts).map(({ name }) => name)).toEqual(['gpu 0', 'gpu 1', 'cpu']);
    expect(items.map(({ origin }) => origin)).not.toContain('environment');
    expect(
      (await send('POST', '/api/meters', { name: 'all', kind: 'nvidia', host, settings: {} })).status,
    ).toBe(409);
    const second = { name: 'two', kind: 'constant', host, settings: { activeWatts: 1 } };
    expect((await send('POST', '/api/meters', second)).status).toBe(409);
  });

  it('refuses one of two meters for the same energy that come at the same time', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => send('POST', '/api/meters', shelly({ name: `plug ${n}` }))),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  });

  it('keeps secrets: encrypted, never sent back, and for the address they were given for', async () => {
    const secret = 'eyJ-a-long-lived-token';
    const made = await create({
      name: 'ha',
      kind: 'home_assistant',
      host,
      settings: { url: plug.url, entity: 'sensor.plug_power' },
      scope: 'wall',
      secret,
    });
    expect(made).toMatchObject({ hasSecret: true });
    const [stored] = await rig.database.dataSource.query<{ text: string }[]>(
      `SELECT encode(secret, 'escape') || settings::text AS text FROM meter WHERE id = $1`,
      [made.id],
    );
    const audit = await (await send('GET', '/api/audit?pageSize=50')).text();
    for (const text of [JSON.stringify(await list()), stored!.text, audit])
      expect(text).not.toContain(secret);
    await rig.eventually(
      () =>
        Promise.resolve(
          plug.requests.some(({ headers }) => headers.authorization === `Bearer ${secret}`) || undefined,
        ),
      'the token on the wire',
    );

    const elsewhere = { settings: { url: 'http://192.0.2.1:8123', entity: 'sensor.plug_power' } };
    const path = `/api/meters/${made.id}`;
    const again = { field: 'secret', message: 'must be given again where the address is another' };
    expect(await refused(send('PATCH', path, elsewhere))).toEqual([again]);
    expect(await refused(send('POST', '/api/meters/test', { id: made.id, ...elsewhere }))).toEqual([again]);
    expect(await refused(send('PATCH', path, { secret: null }))).toEqual([
      { field: 'secret', message: 'is needed by home_assistant' },
    ]);
    expect((await send('PATCH', path, { name: 'ha 2' })).status).toBe(200);
  });

  it.each([
    ['an unknown host', { host: 'nowhere:1' }, 'host'],
    ['no address', { settings: {} }, 'settings.url'],
    ['a file', { settings: { url: 'file:///etc/passwd' } }, 'settings.url'],
    ['a cloud’s metadata', { settings: { url: 'http://169.254.169.254' } }, 'settings.url'],
    ['that in another spelling', { settings: { url: 'http://[::ffff:169.254.169.254]' } }, 'settings.url'],
    ['that as a number', { settings: { url: 'http://2852039166' } }, 'settings.url'],
    ['a password in the address', { settings: { url: 'http://a:b@192.168.1.2' } }, 'settings.url'],
    ['a setting of another kind', { settings: { url: 'http://192.168.1.2', query: 'up' } }, 'settings.query'],
    ['an unknown setting', { settings: { url: 'http://192.168.1.2', speed: 3 } }, 'settings.speed'],
    ['another scope than the device has', { scope: 'gpu' }, 'scope'],
    ['a calibration of 0', { calibration: 0 }, 'calibration'],
    ['an interval of 10 ms', { intervalMs: 10 }, 'intervalMs'],
    ['an unknown kind', { kind: 'turbine' }, 'kind'],
    ['no name', { name: '' }, 'name'],
    ['a secret that nothing reads', { kind: 'rapl', settings: {}, secret: 'x' }, 'secret'],
    ['any program', { kind: 'nvidia', settings: { program: '/bin/sh' } }, 'settings.program'],
    [
      'a machine that idles at more than it works',
      { kind: 'constant', settings: { activeWatts: 10, idleWatts: 11 } },
      'settings.idleWatts',
    ],
    ['a path upwards', { kind: 'rapl', settings: { path: '/sys/../etc' } }, 'settings.path'],
    ['an unknown field', { owner: 'me' }, 'owner'],
  ])('refuses %s, naming the field', async (_case, more, field) => {
    const errors = await refused(send('POST', '/api/meters', { ...shelly(), ...more }));
    expect(errors.map((error) => error.field)).toContain(field);
  });

  it('audits every change', async () => {
    const { id } = await create(shelly());
    await send('PATCH', `/api/meters/${id}`, { name: 'renamed' });
    await send('DELETE', `/api/meters/${id}`);
    const { items } = await json<{ items: { action: string; target: { id: string } }[] }>(
      send('GET', `/api/audit?target=${id}`),
    );
    expect(items.map(({ action }) => action)).toEqual(['meter.delete', 'meter.change', 'meter.create']);
  });

  it('is read by operators and written by admins only', async () => {
    const email = 'op@example.org';
    const { password } = await json<{ password: string }>(
      send('POST', '/api/users', { email, role: 'operator' }),
      201,
    );
    const as = (cookie: string, method: string, path: string, body?: object) =>
      fetch(rig.adminUrl + path, {
        method,
        headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const first = cookieOf(await as('', 'POST', '/api/auth/login', { email, password }));
    const change = { currentPassword: password, newPassword: 'a password of their own' };
    const cookie = cookieOf(await as(first, 'POST', '/api/me/password', change));
    expect((await as(cookie, 'GET', '/api/meters')).status).toBe(200);
    expect((await as(cookie, 'GET', '/api/energy/power')).status).toBe(200);
    expect((await as(cookie, 'POST', '/api/meters', shelly())).status).toBe(403);
    for (const path of ['/api/meters/test', '/api/meters/detect'])
      expect((await as(cookie, 'POST', path, {})).status).toBe(403);
    expect((await as('', 'GET', '/api/meters')).status).toBe(401);
  });
});

describe('POST /api/meters/test', () => {
  const test = (input: object) => json<MeterTest>(send('POST', '/api/meters/test', input));

  it('says watts, scope and latency, and stores nothing', async () => {
    const result = await test({ kind: 'shelly', host, settings: { url: plug.url }, calibration: 2 });
    expect(result).toMatchObject({
      ok: true,
      scope: 'wall',
      reading: { watts: 246.8, counterWh: 10_000 },
      overlaps: [],
    });
    expect(result.message).toMatch(/^246\.8 W \(wall\), answered in \d+ ms\.$/);
    expect((await list()).items).toHaveLength(1);
  });

  it('says what is wrong in plain words', async () => {
    const of = async (url: string) => (await test({ kind: 'shelly', host, settings: { url } })).message;
    const closed = await FakeDevice.start(() => ({ body: '' }));
    await closed.stop();
    await expect(of(closed.url)).resolves.toBe(
      `${closed.url} refuses the connection: nothing listens there.`,
    );
    await expect(of('http://no-such-device.invalid')).resolves.toMatch(
      /host name that (nobody knows|could not be looked up now)\.$/,
    );
    const odd = await FakeDevice.start((path) =>
      path.startsWith('/deaf')
        ? { status: 401, body: '' }
        : { body: path.startsWith('/page') ? '<html>' : {} },
    );
    await expect(of(`${odd.url}/page`)).resolves.toContain('answers no JSON');
    await expect(of(`${odd.url}/deaf`)).resolves.toContain('the password or token is missing or wrong');
    await expect(of(odd.url)).resolves.toContain('tells no apower; does this switch measure power?');
    await odd.stop();
    await expect(
      test({ kind: 'nvidia', host, settings: { program: '/nowhere/nvidia-smi' } }),
    ).resolves.toMatchObject({
      ok: false,
      reading: null,
      message: '/nowhere/nvidia-smi is not installed.',
    });
  });

  it('tries a stored meter with changes, its secret with it, and names what saving would refuse', async () => {
    const made = await create(shelly({ name: 'desk plug' }));
    await expect(test({ id: made.id, calibration: 0.5 })).resolves.toMatchObject({
      ok: true,
      reading: { watts: 61.7 },
      overlaps: [],
    });
    const other = await test({ kind: 'shelly', host, settings: { url: plug.url } });
    expect(other.overlaps).toMatchObject([{ id: made.id, name: 'desk plug' }]);
  });

  it('names the fields that are missing', async () => {
    const errors = await refused(send('POST', '/api/meters/test', {}));
    expect(errors.map(({ field }) => field)).toEqual(['kind', 'host', 'settings']);
  });
});

describe('POST /api/meters/detect', () => {
  it('says of each kind what was found or why not', async () => {
    const { found, missing } = await json<MeterDetection>(send('POST', '/api/meters/detect'));
    const kinds = [...found.map(({ input }) => input.kind), ...missing.map(({ kind }) => kind)];
    expect(kinds.toSorted()).toEqual(['amd_gpu', 'macmon', 'nvidia', 'rapl']);
    for (const { reason } of missing) expect(reason).toMatch(/\w+.*\.$/);
    for (const { input } of found) expect(input.host).toBe(host);
  });
});

describe('GET /api/energy/power', () => {
  it('tells each host’s draw now and its last hour', async () => {
    const power = await json<PowerNow>(send('GET', '/api/energy/power'));
    expect(power).toMatchObject({
      watts: 9,
      quality: 'constant',
      hosts: [{ host, watts: 9, quality: 'constant', source: 'constant', scope: 'constant', reason: null }],
      series: { stepSeconds: 15 },
    });
    const last = power.series.items.at(-1)!;
    expect(Date.parse(last.at) % 15_000).toBe(0);
    expect(last.byHost[host]).toBeGreaterThanOrEqual(9);
  });
});
