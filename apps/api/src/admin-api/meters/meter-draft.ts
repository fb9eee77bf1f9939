import type { MeterScope, MeterSettings } from '@ollameter/admin-contract';
import { METER_KIND_RULES } from '../../energy/meters/meter-kinds';
import { DRIVERS } from '../../energy/meters/drivers';
import type { MeterRecord } from '../../energy/meters/meter.repository';
import { type FieldError, InvalidFieldsError } from '../invalid-fields.error';
import type { MeterChangeDto, MeterInputDto } from './meter.dto';

export type MeterDraft = Omit<MeterRecord, 'id'>;

/** A new meter with its defaults. @throws InvalidFieldsError */
export function newMeter(input: MeterInputDto, hosts: readonly string[]): MeterDraft {
  const { name, kind, host, settings, secret = null, calibration = 1, enabled = true } = input;
  const intervalMs = input.intervalMs ?? METER_KIND_RULES[kind].intervalMs;
  const given = plain(settings);
  const scope = input.scope ?? scopeOf(kind) ?? null;
  return checked(
    { name, kind, host, settings: given, secret, calibration, intervalMs, enabled, scope },
    hosts,
  );
}

/** A stored meter with its changes. @throws InvalidFieldsError */
export function changedMeter(
  before: MeterRecord,
  change: MeterChangeDto,
  hosts: readonly string[],
): MeterRecord {
  const settings = change.settings === undefined ? before.settings : plain(change.settings);
  const { secret = before.secret } = change;
  const draft = checked(
    {
      name: change.name ?? before.name,
      kind: before.kind,
      host: change.host ?? before.host,
      settings,
      secret,
      calibration: change.calibration ?? before.calibration,
      intervalMs: change.intervalMs ?? before.intervalMs,
      enabled: change.enabled ?? before.enabled,
      scope: change.scope ?? before.scope,
    },
    change.host === undefined ? null : hosts,
  );
  if (change.secret === undefined && secret !== null && originOf(settings) !== originOf(before.settings))
    throw InvalidFieldsError.of('secret', 'must be given again where the address is another');
  return { ...draft, id: before.id };
}

/** @param hosts null where the host is not in question */
function checked(
  draft: Omit<MeterDraft, 'scope'> & { scope: MeterScope | null },
  hosts: readonly string[] | null,
): MeterDraft {
  const { kind, settings, secret, scope, host } = draft;
  const rules = METER_KIND_RULES[kind];
  const errors: FieldError[] = [];
  const given = Object.keys(settings) as (keyof MeterSettings)[];
  for (const name of given)
    if (!rules.allowed.includes(name))
      errors.push({ field: `settings.${name}`, message: `is no setting of ${kind}` });
  for (const name of rules.required)
    if (!given.includes(name)) errors.push({ field: `settings.${name}`, message: `is needed by ${kind}` });
  if (rules.secret === 'none' && secret !== null)
    errors.push({ field: 'secret', message: `is not used by ${kind}` });
  if (rules.secret === 'required' && secret === null)
    errors.push({ field: 'secret', message: `is needed by ${kind}` });
  if ((settings.idleWatts ?? 0) > (settings.activeWatts ?? Infinity))
    errors.push({ field: 'settings.idleWatts', message: 'must be at most activeWatts' });
  if (hosts?.includes(host) === false)
    errors.push({ field: 'host', message: `must be one of ${hosts.join(', ')}` });
  const told = scopeOf(kind);
  if (scope === null || (scope === 'constant' && kind !== 'constant'))
    errors.push({ field: 'scope', message: 'must say what it sees: wall, soc, gpu or cpu' });
  else if (told !== null && scope !== told) errors.push({ field: 'scope', message: `of ${kind} is ${told}` });
  if (errors.length > 0 || scope === null) throw new InvalidFieldsError(errors);
  return { ...draft, scope };
}

/** What a kind sees; null where only its owner knows. */
function scopeOf(kind: MeterRecord['kind']): MeterScope | null {
  return kind === 'constant' ? 'constant' : DRIVERS[kind].scope;
}

function plain(settings: MeterSettings): MeterSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function originOf({ url }: MeterSettings): string | null {
  return url === undefined ? null : (URL.parse(url)?.origin ?? null);
}
