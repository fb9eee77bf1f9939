import { BUCKET_US } from '@ollameter/cost-model';
import { parseTimeRange } from '../calendar/parse-time';
import { InvalidFieldsError } from '../invalid-fields.error';
import type { RatesQueryDto } from './tariff.dto';

const WEEK_US = 7 * 86_400_000_000;
/** A year and a day of rates in one answer. */
const MAX_SPAN_US = 367 * 86_400_000_000;

/**
 * The time whose rates are asked for, Unix µs: a week from `from`, from now, or to `to`, where not both are said.
 * @throws InvalidFieldsError naming `from` or `to`
 */
export function rateSpan(
  { from, to }: RatesQueryDto,
  zone: string,
  nowUs: number,
): { fromUs: number; toUs: number } {
  const range = parseTimeRange(from, to, zone);
  const fromUs =
    range.fromMs === null
      ? Math.floor((range.toMs === null ? nowUs : range.toMs * 1_000 - WEEK_US) / BUCKET_US) * BUCKET_US
      : range.fromMs * 1_000;
  const toUs = range.toMs === null ? fromUs + WEEK_US : range.toMs * 1_000;
  if (toUs - fromUs > MAX_SPAN_US) throw InvalidFieldsError.of('to', 'must be at most a year after from');
  return { fromUs, toUs };
}
