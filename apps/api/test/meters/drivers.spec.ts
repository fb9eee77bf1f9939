import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { MeterKind, MeterSettings } from '@ollameter/admin-contract';
import { DRIVERS } from '../../src/energy/meters/drivers';
import type { DeviceReading } from '../../src/energy/meters/meter-driver';
import { FakeDevice, shellyStatus } from './fake-device';

const J = 1_000_000_000_000n;
const WH = 3_600n * J;

let device: FakeDevice;
let folder: string;
beforeAll(async () => {
  device = await FakeDevice.start(() => ({ body: '' }));
});
afterAll(() => device.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ollameter-meters-'));
  device.requests.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const read = (
  kind: Exclude<MeterKind, 'constant'>,
  settings: MeterSettings = {},
  secret: string | null = null,
): Promise<DeviceReading> => DRIVERS[kind].read({ kind, settings, secret, timeoutMs: 5_000 });

async function files(tree: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(tree)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\n`);
  }
}

/** A program in the test's folder that runs this shell script. */
async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

describe('Shelly', () => {
  const url = () => ({ url: device.url });

  it('takes apower in W and aenergy.total in Wh, of the channel that is named', async () => {
    device.answer = () => ({ body: shellyStatus(84.7, 12_345.678) });
    await expect(read('shelly', { ...url(), channel: 2 })).resolves.toEqual({
      milliwatts: 84_700,
      counters: [{ part: '', picojoules: (12_345_678n * WH) / 1_000n, wrapsAt: null }],
    });
    expect(device.requests.map(({ path }) => path)).toEqual(['/rpc/Switch.GetStatus?id=2']);
  });

  it('does not take a missing apower for 0 W', async () => {
    device.answer = () => ({ body: shellyStatus(undefined, 7) });
    await expect(read('shelly', url())).resolves.toMatchObject({ milliwatts: null });
    device.answer = () => ({ body: { id: 0, output: true } });
    await expect(read('shelly', url())).rejects.toThrow('does this switch measure power?');
  });

  it('reads a meter without a switch, and says what a first-generation device is', async () => {
    device.answer = (path) =>
      path.startsWith('/rpc/PM1.')
        ? { body: shellyStatus(5, 1) }
        : { status: 404, body: { code: 404, message: 'No handler for Switch.GetStatus' } };
    await expect(read('shelly', url())).resolves.toMatchObject({ milliwatts: 5_000 });
    device.answer = () => ({ status: 404, body: 'Not Found' });
    await expect(read('shelly', url())).rejects.toThrow('second generation');
  });

  it('answers the SHA-256 digest challenge, and says so where the password is wrong', async () => {
    const realm = 'shellyplugsg3-8cbfea9e1234';
    const sha = (text: string) => createHash('sha256').update(text).digest('hex');
    device.answer = (path, { authorization = '' }) => {
      const field = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(authorization)?.[1] ?? '';
      const ha1 = sha(`admin:${realm}:open sesame`);
      const expected = sha(`${ha1}:1795521600:${field('nc')}:${field('cnonce')}:auth:${sha(`GET:${path}`)}`);
      if (field(' response') === expected) return { body: shellyStatus(1, 1) };
      const challenge = `Digest qop="auth", realm="${realm}", nonce="1795521600", algorithm=SHA-256`;
      return { status: 401, headers: { 'www-authenticate': challenge }, body: '' };
    };
    await expect(read('shelly', url(), 'open sesame')).resolves.toMatchObject({ milliwatts: 1_000 });
    await expect(read('shelly', url(), 'open barley')).rejects.toThrow('missing or wrong');
    await expect(read('shelly', url())).rejects.toThrow('missing or wrong');
  });

  it('takes a sensor’s noise around 0 for 0 and refuses a plug the wrong way round', async () => {
    device.answer = () => ({ body: shellyStatus(-0.3, 1) });
    await expect(read('shelly', url())).resolves.toMatchObject({ milliwatts: 0 });
    device.answer = () => ({ body: shellyStatus(-80, 1) });
    await expect(read('shelly', url())).rejects.toThrow('the wrong way round');
  });
});

describe('Tasmota', () => {
  const energy = (Power: unknown) => ({
    TotalStartTime: '2026-01-01T00:00:00',
    Total: 42.187,
    Yesterday: 1.203,
    Today: 0.512,
    Power,
    ApparentPower: 95,
    ReactivePower: 40,
    Factor: 0.9,
    Voltage: 231,
    Current: 0.412,
  });

  it('takes Power in W, and not the counter, whose steps of 0.001 kWh are 3600 J', async () => {
    device.answer = () => ({ body: { StatusSNS: { Time: '2026-11-24T12:00:00', ENERGY: energy(86) } } });
    await expect(read('tasmota', { url: `${device.url}/` })).resolves.toEqual({
      milliwatts: 86_000,
      counters: [],
    });
    expect(device.requests.map(({ path }) => path)).toEqual(['/cm?cmnd=Status%208']);
  });

  it('adds the channels of a device that has several, and knows old firmware', async () => {
    device.answer = () => ({ body: { StatusSNS: { ENERGY: energy([40, 2.5]) } } });
    await expect(read('tasmota', { url: device.url })).resolves.toMatchObject({ milliwatts: 42_500 });
    device.answer = () => ({ body: { StatusPWR: energy(7) } });
    await expect(read('tasmota', { url: device.url })).resolves.toMatchObject({ milliwatts: 7_000 });
  });

  it('asks Status 10 where 8 tells nothing', async () => {
    device.answer = (path) => ({
      body: path.endsWith('10') ? { StatusSNS: { ENERGY: energy(3) } } : { Status: {} },
    });
    await expect(read('tasmota', { url: device.url })).resolves.toMatchObject({ milliwatts: 3_000 });
  });

  it('sends user and password, and says so where they are asked for', async () => {
    device.answer = (path) =>
      path.includes('&user=admin&password=a%26b')
        ? { body: { StatusSNS: { ENERGY: energy(1) } } }
        : { body: { WARNING: 'Need user=<username>&password=<password>' } };
    await expect(read('tasmota', { url: device.url }, 'a&b')).resolves.toMatchObject({ milliwatts: 1_000 });
    await expect(read('tasmota', { url: device.url })).rejects.toThrow('asks for the password');
  });

  it('refuses a relay that measures nothing', async () => {
    device.answer = () => ({ body: { StatusSNS: { Time: '2026-11-24T12:00:00' } } });
    await expect(read('tasmota', { url: device.url })).rejects.toThrow('does it measure power?');
  });
});

describe('Home Assistant', () => {
  const settings = () => ({ url: device.url, entity: 'sensor.plug_power' });
  const state = (text: unknown, unit?: string, more: object = {}) => ({
    body: {
      entity_id: 'sensor.plug_power',
      state: text,
      attributes: { ...(unit !== undefined && { unit_of_measurement: unit }), device_class: 'power' },
      last_changed: new Date().toISOString(),
      last_updated: new Date().toISOString(),
      ...more,
    },
  });

  it.each([
    ['84.7', 'W', 84_700, []],
    ['0.0847', 'kW', 84_700, []],
    ['12.5', 'Wh', null, [45_000n * J]],
    ['3.25', 'kWh', null, [3_250n * WH]],
    ['1.5', 'MWh', null, [1_500_000n * WH]],
  ] as const)('reads the string %s with the unit %s', async (text, unit, milliwatts, picojoules) => {
    device.answer = () => state(text, unit);
    const reading = await read('home_assistant', settings(), 'a-token');
    expect(reading.milliwatts).toBe(milliwatts);
    expect(reading.counters.map((counter) => counter.picojoules)).toEqual(picojoules);
    expect(device.requests).toMatchObject([
      { path: '/api/states/sensor.plug_power', headers: { authorization: 'Bearer a-token' } },
    ]);
  });

  it.each(['unavailable', 'unknown', '', null])('takes %p for a fault, not for 0', async (text) => {
    device.answer = () => state(text, 'W');
    await expect(read('home_assistant', settings(), 't')).rejects.toThrow(`is ${JSON.stringify(text)}`);
  });

  it('needs a unit: its own, else the one that is set, and one of power or energy', async () => {
    device.answer = () => state('5');
    await expect(read('home_assistant', settings(), 't')).rejects.toThrow('tells no unit');
    await expect(read('home_assistant', { ...settings(), unit: 'kW' }, 't')).resolves.toMatchObject({
      milliwatts: 5_000_000,
    });
    device.answer = () => state('5', 'VA');
    await expect(read('home_assistant', settings(), 't')).rejects.toThrow('has the unit "VA"');
  });

  it('refuses the last state of a device that is gone', async () => {
    const old = new Date(Date.now() - 600_000).toISOString();
    device.answer = () => state('80', 'W', { last_reported: old });
    await expect(read('home_assistant', settings(), 't')).rejects.toThrow(`has not reported since ${old}`);
    // Before 2024.5 only a change is told, and an idle machine may not change for a while.
    device.answer = () => state('80', 'W', { last_updated: old });
    await expect(read('home_assistant', settings(), 't')).resolves.toMatchObject({ milliwatts: 80_000 });
    device.answer = () => state('80', 'W', { last_updated: '2026-01-01T00:00:00+00:00' });
    await expect(read('home_assistant', settings(), 't')).rejects.toThrow('has not reported since');
  });
});

describe('Prometheus', () => {
  const settings = () => ({ url: device.url, query: 'sum(plug_watts{host="gpu"})' });
  const vector = (...values: string[]) => ({
    body: {
      status: 'success',
      data: {
        resultType: 'vector',
        result: values.map((value) => ({ metric: {}, value: [1795521600.123, value] })),
      },
    },
  });

  it('takes the one value of an instant query, in watts where no unit is set', async () => {
    device.answer = () => vector('231.25');
    await expect(read('prometheus', settings())).resolves.toMatchObject({ milliwatts: 231_250 });
    expect(device.requests[0]!.path).toBe(`/api/v1/query?query=${encodeURIComponent(settings().query)}`);
  });

  it('takes a raw counter: DCGM’s millijoules, or joules', async () => {
    device.answer = () => vector('9000000123');
    const reading = await read('prometheus', { ...settings(), unit: 'mJ' });
    expect(reading.counters[0]!.picojoules).toBe((9_000_000_123n * J) / 1_000n);
  });

  it('takes a scalar, and refuses what is not exactly one number', async () => {
    device.answer = () => ({ body: { data: { resultType: 'scalar', result: [1795521600, '12'] } } });
    await expect(read('prometheus', settings())).resolves.toMatchObject({ milliwatts: 12_000 });
    device.answer = () => vector();
    await expect(read('prometheus', settings())).rejects.toThrow('gives 0 series');
    device.answer = () => vector('1', '2');
    await expect(read('prometheus', settings())).rejects.toThrow('gives 2 series');
    device.answer = () => vector('NaN');
    await expect(read('prometheus', settings())).rejects.toThrow('gives no number');
  });

  it('sends a bearer token, or user and password', async () => {
    device.answer = () => vector('1');
    await read('prometheus', settings(), 'token');
    await read('prometheus', { ...settings(), user: 'ada' }, 'pass');
    expect(device.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token',
      `Basic ${Buffer.from('ada:pass').toString('base64')}`,
    ]);
  });
});

describe('macmon', () => {
  // One line of `macmon pipe`, of the README's sample.
  const metrics = {
    timestamp: '2026-02-24T20:38:15.427569+00:00',
    temp: { cpu_temp_avg: 43.73614, gpu_temp_avg: 36.95167 },
    cpu_power: 0.20486385,
    gpu_power: 0.017451683,
    ane_power: 0,
    all_power: 0.22231553,
    sys_power: 5.876533,
    ram_power: 0.11635789,
    gpu_ram_power: 0.0009615385,
  };

  it('takes sys_power over HTTP, the whole Mac and not only the chip’s 0.22 W', async () => {
    device.answer = () => ({ body: metrics });
    await expect(read('macmon', { url: device.url })).resolves.toEqual({ milliwatts: 5_877, counters: [] });
    expect(device.requests.map(({ path }) => path)).toEqual(['/json']);
  });

  it('adds the memory to the chip where a Mac tells no sys_power', async () => {
    device.answer = () => ({ body: { ...metrics, sys_power: 0 } });
    await expect(read('macmon', { url: device.url })).resolves.toMatchObject({ milliwatts: 339 });
    device.answer = () => ({ body: {} });
    await expect(read('macmon', { url: device.url })).rejects.toThrow('tells no sys_power');
  });

  it('runs `macmon pipe` for one sample', async () => {
    const path = await program(
      'macmon',
      `[ "$*" = "pipe -s 1 -i 500" ] || { echo "unexpected argument: $*" >&2; exit 2; }\necho '${JSON.stringify(metrics)}'`,
    );
    await expect(read('macmon', { program: path })).resolves.toMatchObject({ milliwatts: 5_877 });
  });
});

describe('NVIDIA', () => {
  /** Answers as nvidia-smi does: `-h`-less, by the fields that are asked for. */
  const smi = (known: string, lines: string[]) =>
    program(
      'nvidia-smi',
      `case "$1" in
  --query-gpu=${known}) printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} ;;
  --query-gpu=*total_energy_consumption) echo 'Field "total_energy_consumption" is not a valid field to query.'; exit 2 ;;
  *) echo "unexpected $*"; exit 2 ;;
esac`,
    );

  it('takes the energy counters, mJ, one of each card, where they can be asked for', async () => {
    const path = await smi('index,power.draw,total_energy_consumption', [
      '0, 82.13, 9000000123',
      '1, 11.50, 77',
    ]);
    await expect(read('nvidia', { program: path })).resolves.toEqual({
      milliwatts: 93_630,
      counters: [
        { part: '0', picojoules: (9_000_000_123n * J) / 1_000n, wrapsAt: null },
        { part: '1', picojoules: (77n * J) / 1_000n, wrapsAt: null },
      ],
    });
  });

  it('falls back to power where the field is unknown, and asks for it once only', async () => {
    const log = join(folder, 'calls');
    const path = await smi('index,power.draw', ['0, 82.13', '1, 11.50']);
    const logging = await program('logging-smi', `echo "$1" >> ${log}; exec ${path} "$@"`);
    for (let turn = 0; turn < 2; turn += 1)
      await expect(read('nvidia', { program: logging })).resolves.toEqual({
        milliwatts: 93_630,
        counters: [],
      });
    const calls = (await readFile(log, 'utf8')).trim().split('\n');
    expect(calls.filter((call) => call.includes('total_energy_consumption'))).toHaveLength(1);
    expect(calls).toHaveLength(3);
  });

  it('reads the cards that are named, and power where one of them has no counter', async () => {
    const path = await smi('index,power.draw,total_energy_consumption', [
      '0, 82.13, [N/A]',
      '1, 11.50, 500',
      '2, [N/A], 600',
    ]);
    await expect(read('nvidia', { program: path, devices: [1] })).resolves.toMatchObject({
      milliwatts: 11_500,
      counters: [{ part: '1' }],
    });
    await expect(read('nvidia', { program: path, devices: [0, 1] })).resolves.toEqual({
      milliwatts: 93_630,
      counters: [],
    });
    await expect(read('nvidia', { program: path, devices: [2] })).resolves.toMatchObject({
      milliwatts: null,
      counters: [{ part: '2' }],
    });
    await expect(read('nvidia', { program: path, devices: [0, 2] })).rejects.toThrow('card 2 tells no power');
    await expect(read('nvidia', { program: path, devices: [7] })).rejects.toThrow('no such card');
  });

  it('says what nvidia-smi says when it fails', async () => {
    const path = await program(
      'nvidia-smi',
      `echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."; exit 9`,
    );
    await expect(read('nvidia', { program: path })).rejects.toThrow(
      `${path} failed (9): NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.`,
    );
    await expect(read('nvidia', { program: join(folder, 'none') })).rejects.toThrow('is not installed');
  });
});

describe('RAPL', () => {
  const zone = (name: string, energy: number) => ({
    name,
    energy_uj: String(energy),
    max_energy_range_uj: '262143328850',
  });
  const tree = (zones: Record<string, ReturnType<typeof zone>>) =>
    files(
      Object.fromEntries(
        Object.entries(zones).flatMap(([folderName, contents]) =>
          Object.entries(contents).map(([file, text]) => [`${folderName}/${file}`, text]),
        ),
      ),
    );

  it('adds the packages, in µJ, and never what is inside them or told twice', async () => {
    await tree({
      'intel-rapl:0': zone('package-0', 1_000_000),
      'intel-rapl:0:0': zone('core', 700_000),
      'intel-rapl:0:1': zone('uncore', 100_000),
      'intel-rapl:0:2': zone('dram', 200_000),
      'intel-rapl:1': zone('package-1', 3_000_000),
      'intel-rapl:2': zone('psys', 9_000_000),
      'intel-rapl-mmio:0': zone('package-0', 1_000_000),
    });
    const wrapsAt = 262_143_328_850n * 1_000_000n;
    await expect(read('rapl', { path: folder })).resolves.toEqual({
      milliwatts: null,
      counters: [
        { part: 'package-0', picojoules: 1n * J, wrapsAt },
        { part: 'package-1', picojoules: 3n * J, wrapsAt },
      ],
    });
  });

  it('says what is missing', async () => {
    await expect(read('rapl', { path: folder })).rejects.toThrow(`no intel-rapl package below ${folder}`);
    await expect(read('rapl', { path: join(folder, 'none') })).rejects.toThrow('cannot be read');
    await files({ 'intel-rapl:0/name': 'package-0' });
    await expect(read('rapl', { path: folder })).rejects.toThrow('energy_uj cannot be read');
  });
});

describe('AMD GPU', () => {
  it('adds the cards’ hwmon power, µW, average or momentary, of AMD alone', async () => {
    await files({
      'card0/device/vendor': '0x1002',
      'card0/device/hwmon/hwmon3/power1_average': '85000000',
      'card1/device/vendor': '0x1002',
      'card1/device/hwmon/hwmon4/power1_input': '12500000',
      'card2/device/vendor': '0x8086',
      'card2/device/hwmon/hwmon5/power1_input': '99000000',
      'card0-HDMI-A-1/status': 'connected',
      'renderD128/dev': '226:128',
    });
    await expect(read('amd_gpu', { path: folder })).resolves.toEqual({ milliwatts: 97_500, counters: [] });
    await expect(read('amd_gpu', { path: folder, devices: [1] })).resolves.toMatchObject({
      milliwatts: 12_500,
    });
    await expect(read('amd_gpu', { path: folder, devices: [2] })).rejects.toThrow('no card with hwmon power');
  });
});

describe('any device on the network', () => {
  it('is bounded in time and size, and is not followed elsewhere', async () => {
    device.answer = () => ({ status: 302, headers: { location: 'http://169.254.169.254/' }, body: '' });
    await expect(read('shelly', { url: device.url })).rejects.toThrow('answers 302');
    device.answer = () => ({ body: 'x'.repeat(6 * 1024 * 1024) });
    await expect(read('macmon', { url: device.url })).rejects.toThrow('answers more than');
    for (const url of [
      'http://169.254.169.254',
      'http://[fe80::1]',
      'http://[fd00:ec2::254]',
      'file:///etc/passwd',
    ])
      await expect(read('macmon', { url })).rejects.toThrow(/link-local address|no http\(s\) address/);
  });
});
