import { BUCKET_US, bucketOf, Ledger, type LedgerLine } from './ledger';
import { meteredBetween, type MeteredSpan } from './power';
import type { Tariff } from './tariff';

export interface LateSamples {
  /** Kind `other`: metered minus what the stand-ins were charged; negative where those were too much. */
  readonly ledger: readonly LedgerLine[];
  /** The stand-ins whose time no sample covers yet. */
  readonly rest: readonly MeteredSpan[];
}

/**
 * What samples say that came after their time was settled with a constant in their place. Charges are final, so the
 * difference goes to `other`, at the rate of its time: Σ stand-ins + other = metered, exactly.
 * @param standIns as `sweep` gave them
 * @param known what is metered by now, in the order of time, without overlaps
 */
export function settleLateSamples(
  standIns: readonly MeteredSpan[],
  known: readonly MeteredSpan[],
  tariff: Tariff,
): LateSamples {
  const ledger = new Ledger();
  const rest: MeteredSpan[] = [];
  for (const standIn of standIns) {
    let atUs = standIn.fromUs;
    const keep = (toUs: number) => {
      if (atUs < toUs) rest.push({ fromUs: atUs, toUs, energyPj: meteredBetween(standIn, atUs, toUs) });
    };
    for (const span of known.slice(firstEndingAfter(known, standIn.fromUs))) {
      if (span.fromUs >= standIn.toUs) break;
      keep(span.fromUs);
      atUs = Math.max(atUs, span.fromUs);
      const toUs = Math.min(span.toUs, standIn.toUs);
      while (atUs < toUs) {
        const { version, rateMicrosPerKwh, untilUs } = tariff.at(atUs);
        const endUs = Math.min(toUs, untilUs, bucketOf(atUs) + BUCKET_US);
        const differencePj = meteredBetween(span, atUs, endUs) - meteredBetween(standIn, atUs, endUs);
        ledger.add(atUs, 'other', version.currency, rateMicrosPerKwh, differencePj);
        atUs = endUs;
      }
    }
    keep(standIn.toUs);
  }
  return { ledger: ledger.lines, rest };
}

/**
 * Several meters of one machine that see different parts of it, as one: the sum wherever each of them knows.
 * @param meters each one's spans in the order of time, without overlaps
 */
export function addSpans(meters: readonly (readonly MeteredSpan[])[]): readonly MeteredSpan[] {
  const [first, ...others] = meters;
  if (first === undefined) return [];
  return others.reduce((sum, spans) => addTwo(sum, spans), first);
}

function addTwo(a: readonly MeteredSpan[], b: readonly MeteredSpan[]): MeteredSpan[] {
  const sum: MeteredSpan[] = [];
  let [i, j] = [0, 0];
  for (
    let [one, other] = [a[i], b[j]];
    one !== undefined && other !== undefined;
    [one, other] = [a[i], b[j]]
  ) {
    const [fromUs, toUs] = [Math.max(one.fromUs, other.fromUs), Math.min(one.toUs, other.toUs)];
    if (fromUs < toUs)
      sum.push({
        fromUs,
        toUs,
        energyPj: meteredBetween(one, fromUs, toUs) + meteredBetween(other, fromUs, toUs),
      });
    if (one.toUs <= other.toUs) i += 1;
    if (other.toUs <= one.toUs) j += 1;
  }
  return sum;
}

/** Index of the first span that ends after an instant. */
export function firstEndingAfter(spans: readonly MeteredSpan[], us: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.toUs ?? Infinity) <= us) low = middle + 1;
    else high = middle;
  }
  return low;
}
