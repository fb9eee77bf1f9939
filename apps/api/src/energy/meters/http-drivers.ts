import { HttpTextError, readHttpText } from '../http-text';
import { digestHeader } from './digest-authorization';
import { ofValue } from './energy-unit';
import {
  type DeviceReading,
  type DriverInput,
  fieldOf,
  isFiniteNumber,
  MeterError,
  type MeterDriver,
  ofWatts,
  parseJson,
} from './meter-driver';

/**
 * Shelly Gen2 and later: `/rpc/Switch.GetStatus` (a plug or relay) or `/rpc/PM1.GetStatus` (a meter without one), with
 * `apower` in W and `aenergy.total` in Wh; SHA-256 digest where a password is set.
 */
export const SHELLY: MeterDriver = {
  scope: 'wall',
  async read(input: DriverInput): Promise<DeviceReading> {
    const status = parseJson(await shellyStatus(input));
    const [watts, total] = [fieldOf(status, 'apower'), fieldOf(status, 'aenergy', 'total')];
    if (!isFiniteNumber(watts) && !isFiniteNumber(total))
      throw new MeterError('tells no apower; does this switch measure power?');
    return {
      milliwatts: isFiniteNumber(watts) ? ofWatts(watts).milliwatts : null,
      counters: isFiniteNumber(total) ? ofValue(total, 'Wh').counters : [],
    };
  },
};

async function shellyStatus(input: DriverInput): Promise<string> {
  const query = `GetStatus?id=${input.settings.channel ?? 0}`;
  try {
    return await readWithDigest(input, `/rpc/Switch.${query}`);
  } catch (error) {
    if (!(error instanceof HttpTextError) || error.status !== 404) throw error;
  }
  try {
    return await readWithDigest(input, `/rpc/PM1.${query}`);
  } catch (error) {
    if (!(error instanceof HttpTextError) || error.status !== 404) throw error;
    throw new MeterError('has no such switch; it must be a Shelly of the second generation or later');
  }
}

/** Tasmota: `Status 8`, or 10. Its counter has steps of 0.001 kWh by default, so power is what counts. */
export const TASMOTA: MeterDriver = {
  scope: 'wall',
  async read(input: DriverInput): Promise<DeviceReading> {
    const power = (await tasmotaPower(input, 8)) ?? (await tasmotaPower(input, 10));
    const watts = Array.isArray(power) ? power.reduce<number>((sum, part) => sum + Number(part), 0) : power;
    if (!isFiniteNumber(watts)) throw new MeterError('tells no ENERGY.Power; does it measure power?');
    return ofWatts(watts);
  },
};

async function tasmotaPower({ settings, secret, timeoutMs }: DriverInput, number: 8 | 10): Promise<unknown> {
  const login =
    secret === null
      ? ''
      : `&user=${encodeURIComponent(settings.user ?? 'admin')}&password=${encodeURIComponent(secret)}`;
  const url = `${baseOf(settings.url)}/cm?cmnd=Status%20${number}${login}`;
  const status = parseJson(await readHttpText(url, { timeoutMs }));
  if (fieldOf(status, 'WARNING') !== undefined) throw new MeterError('asks for the password, or another one');
  return fieldOf(status, 'StatusSNS', 'ENERGY', 'Power') ?? fieldOf(status, 'StatusPWR', 'Power');
}

/** Home Assistant: the state of a sensor, a string; its unit stands in the attributes. */
export const HOME_ASSISTANT: MeterDriver = {
  scope: null,
  async read({ settings, secret, timeoutMs }: DriverInput): Promise<DeviceReading> {
    const url = `${baseOf(settings.url)}/api/states/${encodeURIComponent(settings.entity ?? '')}`;
    const headers: Record<string, string> = secret === null ? {} : { authorization: `Bearer ${secret}` };
    const state = parseJson(await readHttpText(url, { headers, timeoutMs }));
    const text = fieldOf(state, 'state');
    const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : NaN;
    if (!Number.isFinite(value)) throw new MeterError(`is ${JSON.stringify(text ?? null).slice(0, 60)}`);
    refuseOld(state);
    const unit = fieldOf(state, 'attributes', 'unit_of_measurement');
    return ofValue(value, typeof unit === 'string' ? unit : settings.unit);
  },
};

/** A sensor that reports says so within this time, changed or not; before 2024.5 it says only when it changed. */
const MAX_REPORTED_MS = 300_000;
const MAX_UPDATED_MS = 3_600_000;

/** Home Assistant keeps the last state of a device that is gone. @throws MeterError */
function refuseOld(state: unknown): void {
  const reported = fieldOf(state, 'last_reported');
  const at = reported ?? fieldOf(state, 'last_updated');
  const ageMs = typeof at === 'string' ? Date.now() - Date.parse(at) : 0;
  if (ageMs > (reported === undefined ? MAX_UPDATED_MS : MAX_REPORTED_MS))
    throw new MeterError(`has not reported since ${String(at).slice(0, 32)}`);
}

/** Prometheus: an instant query with one value, `[unix seconds, "text"]`. Raw counters, since increase() extrapolates. */
export const PROMETHEUS: MeterDriver = {
  scope: null,
  async read({ settings, secret, timeoutMs }: DriverInput): Promise<DeviceReading> {
    const url = `${baseOf(settings.url)}/api/v1/query?query=${encodeURIComponent(settings.query ?? '')}`;
    const answer = parseJson(
      await readHttpText(url, { headers: authorized(settings.user, secret), timeoutMs }),
    );
    const result = fieldOf(answer, 'data', 'result');
    const type = fieldOf(answer, 'data', 'resultType');
    const pair = type === 'scalar' ? result : fieldOf(result, 0, 'value');
    if (type !== 'scalar' && (!Array.isArray(result) || result.length !== 1))
      throw new MeterError(`gives ${Array.isArray(result) ? result.length : 'no'} series; one is needed`);
    const value = Number(fieldOf(pair, 1));
    if (!Number.isFinite(value)) throw new MeterError('gives no number');
    return ofValue(value, settings.unit ?? 'W');
  },
};

function authorized(user: string | undefined, secret: string | null): Record<string, string> {
  if (secret === null) return {};
  const basic = Buffer.from(`${user ?? ''}:${secret}`).toString('base64');
  return { authorization: user === undefined ? `Bearer ${secret}` : `Basic ${basic}` };
}

/**
 * macmon's metrics, of `/json` and of `pipe`. `sys_power` is the whole machine behind its power supply; a Mac that
 * does not tell it has CPU, GPU and ANE (`all_power`) and the memory apart.
 */
export function readMacmon(text: string): DeviceReading {
  const metrics = parseJson(text);
  const [whole, chip, memory] = ['sys_power', 'all_power', 'ram_power'].map((name) => fieldOf(metrics, name));
  if (isFiniteNumber(whole) && whole > 0) return ofWatts(whole);
  if (!isFiniteNumber(chip)) throw new MeterError('tells no sys_power and no all_power');
  return ofWatts(chip + (isFiniteNumber(memory) ? memory : 0));
}

async function readWithDigest({ settings, secret, timeoutMs }: DriverInput, path: string): Promise<string> {
  const url = `${baseOf(settings.url)}${path}`;
  try {
    return await readHttpText(url, { timeoutMs });
  } catch (error) {
    if (!(error instanceof HttpTextError) || error.status !== 401 || secret === null) throw error;
    const challenge = String(error.headers['www-authenticate'] ?? '');
    const authorization = digestHeader(challenge, {
      user: settings.user ?? 'admin',
      password: secret,
      path,
    });
    if (authorization === null) throw error;
    return readHttpText(url, { headers: { authorization }, timeoutMs });
  }
}

export function baseOf(url: string | undefined): string {
  if (url === undefined) throw new MeterError('needs a url');
  return url.replace(/\/+$/, '');
}
