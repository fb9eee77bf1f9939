import { stored } from '../data/stored';

/** Columns that can be left out; time and prompt always stay. */
export const COLUMNS = [
  { id: 'key', name: 'Key', shown: true },
  { id: 'model', name: 'Model', shown: true },
  { id: 'endpoint', name: 'Endpoint', shown: false },
  { id: 'host', name: 'Host', shown: false },
  { id: 'status', name: 'Status', shown: false },
  { id: 'tokens', name: 'Tokens', shown: true },
  { id: 'ttft', name: 'First token', shown: true },
  { id: 'speed', name: 'Tokens a second', shown: true },
  { id: 'duration', name: 'Duration', shown: true },
  { id: 'energy', name: 'Energy', shown: true },
  { id: 'cost', name: 'Cost', shown: true },
] as const;

export type ColumnId = (typeof COLUMNS)[number]['id'];

const CHOICE = stored('log-columns');

/** Whether this browser's columns are a person's choice: then none is left out for want of room. */
export function areColumnsChosen(): boolean {
  return CHOICE.read() !== null;
}

/** The choice of this browser, else the usual ones. */
export function readColumns(): ReadonlySet<ColumnId> {
  const chosen = CHOICE.read()?.split(',');
  return new Set(
    COLUMNS.filter(({ id, shown }) => (chosen === undefined ? shown : chosen.includes(id))).map(
      ({ id }) => id,
    ),
  );
}

export function writeColumns(columns: ReadonlySet<ColumnId>): void {
  CHOICE.write([...columns].join(','));
}
