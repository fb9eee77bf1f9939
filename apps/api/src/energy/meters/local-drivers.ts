import { execFile, type ExecFileException } from 'node:child_process';
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
const PJ_PER_MILLIJOULE = 1_000_000_000n;
/** macmon measures for this long before it tells. */
const MACMON_SAMPLE_MS = '500';
const AMD_VENDOR = '0x1002';
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
      const vendor = await text(join(root, card, 'device', 'vendor')).catch(() => AMD_VENDOR);
      if (vendor !== AMD_VENDOR) continue;
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

/** Programs that know no `total_energy_consumption`; most releases of nvidia-smi do not, though NVML does. */
const WITHOUT_ENERGY = new Set<string>();
const CSV = '--format=csv,noheader,nounits';

/**
 * NVIDIA: `nvidia-smi`. The energy counter (mJ since the driver was loaded, Volta and later) where it can be asked for
 * and every card tells it, else each card's power, W, a mean over one second since Ampere.
 */
export const NVIDIA: MeterDriver = {
  scope: 'gpu',
  async read({ settings, timeoutMs }: DriverInput): Promise<DeviceReading> {
    const program = settings.program ?? 'nvidia-smi';
    const cards = (await nvidiaCards(program, timeoutMs)).filter(
      ({ index }) => settings.devices?.includes(Number(index)) ?? true,
    );
    if (cards.length === 0) throw new MeterError('no such card');
    const counters = cards.flatMap(({ index, millijoules }) =>
      millijoules === null
        ? []
        : [{ part: index, picojoules: BigInt(millijoules) * PJ_PER_MILLIJOULE, wrapsAt: null }],
    );
    const isCounted = counters.length === cards.length;
    const silent = cards.find(({ watts }) => watts === null);
    if (silent !== undefined && !isCounted) throw new MeterError(`card ${silent.index} tells no power`);
    return {
      milliwatts:
        silent === undefined
          ? ofWatts(cards.reduce((sum, { watts }) => sum + (watts ?? 0), 0)).milliwatts
          : null,
      counters: isCounted ? counters : [],
    };
  },
};

interface NvidiaCard {
  readonly index: string;
  readonly watts: number | null;
  readonly millijoules: string | null;
}

async function nvidiaCards(program: string, timeoutMs: number): Promise<NvidiaCard[]> {
  const query = (fields: string) => outputOf(program, [`--query-gpu=${fields}`, CSV], timeoutMs);
  let output: string | null = null;
  if (!WITHOUT_ENERGY.has(program))
    try {
      output = await query('index,power.draw,total_energy_consumption');
    } catch (error) {
      if (!(error instanceof MeterError) || !error.message.includes('is not a valid field')) throw error;
      WITHOUT_ENERGY.add(program);
    }
  output ??= await query('index,power.draw');
  return output.split('\n').flatMap((line) => {
    const [index = '', watts = '', millijoules = ''] = line.split(',').map((cell) => cell.trim());
    if (!/^\d+$/.test(index)) return [];
    return {
      index,
      watts: /^\d+(\.\d+)?$/.test(watts) ? Number(watts) : null,
      millijoules: /^\d+$/.test(millijoules) ? millijoules : null,
    };
  });
}

/** macOS: macmon, without sudo; over HTTP where a url is set (`macmon serve`), else one sample of `macmon pipe`. */
export const MACMON: MeterDriver = {
  scope: 'soc',
  async read({ settings, timeoutMs }: DriverInput): Promise<DeviceReading> {
    if (settings.url !== undefined)
      return readMacmon(await readHttpText(`${baseOf(settings.url)}/json`, { timeoutMs }));
    const output = await outputOf(
      settings.program ?? 'macmon',
      ['pipe', '-s', '1', '-i', MACMON_SAMPLE_MS],
      timeoutMs,
    );
    return readMacmon(output.trim().split('\n').at(-1) ?? '');
  },
};

async function outputOf(program: string, parameters: string[], timeoutMs: number): Promise<string> {
  try {
    const { stdout } = await run(program, parameters, { timeout: timeoutMs, maxBuffer: 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, killed, stdout, stderr } = error as ExecFileException & {
      stdout?: string;
      stderr?: string;
    };
    if (code === 'ENOENT') throw new MeterError(`${program} is not installed`);
    if (code === 'EACCES') throw new MeterError(`${program} may not be run`);
    if (killed === true) throw new MeterError(`${program} did not answer within ${timeoutMs} ms`);
    const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n')[0]?.slice(0, 200) ?? '';
    throw new MeterError(`${program} failed (${String(code)})${said === '' ? '' : `: ${said}`}`);
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
