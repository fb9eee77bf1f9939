import { OUTCOMES } from '@ollameter/admin-contract';
import { duration } from '../format/duration';
import { OUTCOME_WORDS } from '../format/outcome';

/** A filter of the log as the address and `GET /api/logs` spell it. */
export interface FilterField {
  parameter: string;
  name: string;
  operator: string;
  kind: 'text' | 'choice' | 'number' | 'amount' | 'time';
  choices?: readonly (readonly [value: string, name: string])[];
  unit?: string;
}

/** A filter that is set, ready to be shown as a chip. */
export interface FilterChip {
  field: FilterField;
  value: string;
  /** The value in a person's words. */
  text: string;
}

const OUTCOME_CHOICES: FilterField['choices'] = [
  ['all', 'any'],
  ...OUTCOMES.map((outcome) => [outcome, OUTCOME_WORDS[outcome].name] as const),
];

export const FILTER_FIELDS: readonly [FilterField, ...FilterField[]] = [
  { parameter: 'outcome', name: 'Outcome', operator: 'is', kind: 'choice', choices: OUTCOME_CHOICES },
  { parameter: 'key', name: 'Key', operator: 'is', kind: 'text' },
  { parameter: 'model', name: 'Model', operator: 'is', kind: 'text' },
  { parameter: 'endpoint', name: 'Endpoint', operator: 'is', kind: 'text' },
  { parameter: 'host', name: 'Host', operator: 'is', kind: 'text' },
  { parameter: 'status', name: 'Status', operator: 'is', kind: 'number' },
  { parameter: 'from', name: 'Time', operator: 'from', kind: 'time' },
  { parameter: 'to', name: 'Time', operator: 'before', kind: 'time' },
  { parameter: 'minDurationMs', name: 'Duration', operator: 'at least', kind: 'number', unit: 'ms' },
  { parameter: 'maxDurationMs', name: 'Duration', operator: 'at most', kind: 'number', unit: 'ms' },
  { parameter: 'minTokens', name: 'Tokens', operator: 'at least', kind: 'number' },
  { parameter: 'maxTokens', name: 'Tokens', operator: 'at most', kind: 'number' },
  { parameter: 'minCost', name: 'Cost', operator: 'at least', kind: 'amount' },
  { parameter: 'maxCost', name: 'Cost', operator: 'at most', kind: 'amount' },
];

/** What of the address says which rows, the search included; everything else is dropped. */
export function toLogParameters(query: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = ['q', ...FILTER_FIELDS.map(({ parameter }) => parameter)];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = query[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

export function toChips(parameters: Readonly<Record<string, string>>): FilterChip[] {
  return FILTER_FIELDS.flatMap((field) => {
    const value = parameters[field.parameter];
    return value === undefined ? [] : [{ field, value, text: toText(field, value) }];
  });
}

function toText({ choices, unit, kind }: FilterField, value: string): string {
  if (choices !== undefined) return choices.find(([choice]) => choice === value)?.[1] ?? value;
  if (unit === 'ms') return duration(Number(value));
  return kind === 'time' ? value.slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ') : value;
}
