import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readHttpText } from '../http-text';
import { baseOf, readMacmon } from './http-drivers';
import {
  type DeviceCounter,
  type DeviceReading,
  type DriverInput,
  MeterError,
  type MeterDriver,
  ofWatts,
} from './meter-driver';

const run = promisify(execFile);
const PJ_PER_MICROJOULE = 1_000_000n;
/** Packages only: core, uncore and dram are inside a package or are told twice. */
const PACKAGE = /^package-\d+$/;

/** Intel and AMD: `intel-rapl:N/{name,energy_uj,max_energy_range_uj}` of powercap, cumulative µJ that wrap. */
export const RAPL: MeterDriver = {
  scope: 'cpu',
  async read({ settings }: DriverInput): Promise<DeviceReading> {
    const root = settings.path ?? '/sys/class/powercap';
    const zones = (await listed(root)).filter((name) => /^intel-rapl:\d+$/.test(name));
    const counters: DeviceCounter[] = [];
    for (const zone of zones.toSorted()) {
      const name = await text(join(root, zone, 'name'));
      if (!PACKAGE.test(name)) continue;
      counters.push({
        part: name,
        picojoules: BigInt(await text(join(root, zone, 'energy_uj'))) * PJ_PER_MICROJOULE,
        wrapsAt: BigInt(await text(join(root, zone, 'max_energy_range_uj'))) * PJ_PER_MICROJOULE,
      });
    }
    if (counters.length === 0) throw new MeterError(`no intel-rapl package below ${root}`);
    return { milliwatts: null, counters };
  },
};

/** AMD cards: hwmon's `power1_average` or `power1_input`, µW, of the amdgpu driver. */
export const AMD_GPU: MeterDriver = {
  scope: 'gpu',
  async read({ settings }: DriverInput): Promise<DeviceReading> {
    const root = settings.path ?? '/sys/class/drm';
    const cards = (await listed(root)).filter((name) => /^card\d+$/.test(name));
    const wanted = cards.filter((card) => settings.devices?.includes(Number(card.slice(4))) ?? true);
    let [microwatts, found] = [0, 0];
    for (const card of wanted) {
      const hwmon = join(root, card, 'device', 'hwmon');
      for (const monitor of await readdir(hwmon).catch(() => [])) {
        const folder = join(hwmon, monitor);
        const power =
          (await text(join(folder, 'power1_average')).catch(() => null)) ??
          (await text(join(folder, 'power1_input')).catch(() => null));
        if (power === null) continue;
        microwatts += Number(power);
        found += 1;
      }
    }
    if (found === 0) throw new MeterError(`no card with hwmon power below ${root}`);
    return ofWatts(microwatts / 1e6);
  },
};

/** NVIDIA: `nvidia-smi`'s power of each card, W; a mean over one second since Ampere. */
export const NVIDIA: MeterDriver = {
  scope: 'gpu',
  async read({ settings, timeoutMs }: DriverInput): Promise<DeviceReading> {
    const program = settings.program ?? 'nvidia-smi';
    const output = await outputOf(
      program,
      ['--query-gpu=index,power.draw', '--format=csv,noheader,nounits'],
      timeoutMs,
    );
    let [watts, found] = [0, 0];
    for (const line of output.split('\n')) {
      const [index, power] = line.split(',').map((cell) => cell.trim());
      if (index === undefined || index === '' || settings.devices?.includes(Number(index)) === false)
        continue;
      if (power === undefined || !/^\d+(\.\d+)?$/.test(power))
        throw new MeterError(`card ${index} tells no power (${power ?? ''})`);
      watts += Number(power);
      found += 1;
    }
    if (found === 0) throw new MeterError('no such card');
    return ofWatts(watts);
  },
};

/** macOS: macmon, without sudo; over HTTP where a url is set (`macmon serve`), else one sample of `macmon pipe`. */
export const MACMON: MeterDriver = {
  scope: 'soc',
  async read({ settings, timeoutMs }: DriverInput): Promise<DeviceReading> {
    if (settings.url !== undefined)
      return readMacmon(await readHttpText(`${baseOf(settings.url)}/json`, { timeoutMs }));
    const output = await outputOf(settings.program ?? 'macmon', ['pipe', '-s', '1'], timeoutMs);
    return readMacmon(output.trim().split('\n').at(-1) ?? '');
  },
};

async function outputOf(program: string, parameters: string[], timeoutMs: number): Promise<string> {
  try {
    const { stdout } = await run(program, parameters, { timeout: timeoutMs, maxBuffer: 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, killed } = error as { code?: string | number; killed?: boolean };
    if (code === 'ENOENT') throw new MeterError(`${program} is not installed`);
    if (killed === true) throw new MeterError(`${program} did not answer within ${timeoutMs} ms`);
    throw new MeterError(`${program} failed (${String(code)})`);
  }
}

async function listed(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    throw new MeterError(`${folder} cannot be read`);
  }
}

async function text(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new MeterError(code === 'EACCES' ? `${file} needs root` : `${file} cannot be read`);
  }
}
