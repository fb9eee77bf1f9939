import type { AnswerRecord } from '../exchange/exchange-record';

interface Group {
  segment: number;
  endOffset: number;
  records: number;
  firstAtMs: number;
  /** Smallest slot start per host. */
  slotFromUs: Map<string, number>;
}

/** During a long outage neighbours are merged: the figures stay right, only coarser in place. */
const MAX_GROUPS = 4096;

/** Books of what is in the spool and not in the database: how many, how old, and which time they may still claim. */
export class UnstoredGroups {
  private readonly groups: Group[] = [];
  private open: Omit<Group, 'segment' | 'endOffset'> | null = null;

  add(record: AnswerRecord): void {
    this.open ??= { records: 0, firstAtMs: record.atMs, slotFromUs: new Map() };
    this.open.records++;
    if (record.interval !== null)
      lower(this.open.slotFromUs, record.interval.host, record.interval.slotFromUs);
  }

  /** The records added since the last call end here. */
  close(segment: number, endOffset: number): void {
    if (this.open === null) return;
    const last = this.groups.at(-1);
    if (last?.segment === segment && this.groups.length >= MAX_GROUPS) {
      last.endOffset = endOffset;
      last.records += this.open.records;
      for (const [host, slotFromUs] of this.open.slotFromUs) lower(last.slotFromUs, host, slotFromUs);
    } else this.groups.push({ ...this.open, segment, endOffset });
    this.open = null;
  }

  /** So many more records are stored, everything up to this place; a reader may stop within a group. */
  stored(segment: number, offset: number, records: number): void {
    let count = 0;
    let left = records;
    for (const group of this.groups) {
      if (group.segment > segment || (group.segment === segment && group.endOffset > offset)) break;
      left -= group.records;
      count++;
    }
    this.groups.splice(0, count);
    const [first] = this.groups;
    if (first !== undefined) first.records -= left;
  }

  get records(): number {
    return this.groups.reduce((sum, group) => sum + group.records, 0);
  }

  get oldestAtMs(): number | null {
    return this.groups[0]?.firstAtMs ?? null;
  }

  oldestSlotFromUs(host: string): number | null {
    let oldest: number | null = null;
    for (const group of this.groups) {
      const slotFromUs = group.slotFromUs.get(host);
      if (slotFromUs !== undefined && (oldest === null || slotFromUs < oldest)) oldest = slotFromUs;
    }
    return oldest;
  }
}

function lower(map: Map<string, number>, key: string, value: number): void {
  const known = map.get(key);
  if (known === undefined || value < known) map.set(key, value);
}
