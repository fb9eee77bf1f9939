import { COST_DENOMINATOR } from '@ollameter/cost-model';
import { parseTimeRange } from '../calendar/parse-time';
import { INFORMATION_ENDPOINTS } from '../information-endpoints';
import { InvalidFieldsError } from '../invalid-fields.error';
import type { Parameter } from './inline-parameters';
import { likePattern } from './like-pattern';
import { fromCursor } from './log-cursor';
import type { LogFilterDto, LogQueryDto } from './log-query.dto';
import { uuidv7AtMs } from '../../request-log/month-partition';
import { TEXT_SEPARATOR } from '../../request-log/search-text';

/** OFFSET reads what it skips; further back goes by cursor. */
const MAX_OFFSET_ROWS = 100_000;
const DEFAULT_PAGE_SIZE = 20;

/** Which part of the matching rows is asked for. */
export interface LogPlace {
  page: number;
  pageSize: number;
  /** Only rows with smaller ids, i.e. older ones. */
  beforeId: string | null;
}

/** A condition on `request_log l` with its parameters. */
export interface LogCondition {
  sql: string;
  parameters: Parameter[];
  /** It speaks of `request_energy e` as well. */
  usesEnergy: boolean;
}

/** What a condition speaks of. */
export function fromLog({ usesEnergy }: LogCondition): string {
  return usesEnergy ? 'request_log l LEFT JOIN request_energy e ON e.id = l.id' : 'request_log l';
}

/** @throws InvalidFieldsError for a page beyond the reach of paging, or a cursor together with a page */
export function toLogPlace(query: LogQueryDto): LogPlace {
  const { page = 1, pageSize = DEFAULT_PAGE_SIZE } = query;
  if (page * pageSize > MAX_OFFSET_ROWS)
    throw InvalidFieldsError.of(
      'page',
      `page × pageSize must be at most ${MAX_OFFSET_ROWS}; go on by cursor`,
    );
  if (query.cursor !== undefined && page > 1)
    throw InvalidFieldsError.of('page', 'must not be given together with cursor');
  return { page, pageSize, beforeId: query.cursor === undefined ? null : fromCursor(query.cursor) };
}

/**
 * The filters of the log as SQL. Without `outcome` (or with `completed`) only answered generations and embeddings:
 * information calls (`models` and the like) appear when asked for by endpoint or by `outcome=all`.
 * @param keyIds only rows of these keys; null is everybody's
 * @throws InvalidFieldsError for times that cannot be read
 */
export function toLogCondition(
  query: LogFilterDto,
  zone: string,
  keyIds: readonly string[] | null,
): LogCondition {
  const { fromMs, toMs } = parseTimeRange(query.from, query.to, zone);
  const conditions = new Conditions();
  const outcome = query.outcome ?? 'completed';
  // One by one: told of a set, the planner takes it for half of the log.
  const [keyId] = keyIds ?? [];
  if (keyId !== undefined && keyIds?.length === 1) conditions.add('l.key_id = ?', keyId);
  else if (keyIds !== null) conditions.add('l.key_id = ANY (?::uuid[])', keyIds);
  if (outcome !== 'all') conditions.add('l.outcome = ?', outcome);
  if (outcome === 'completed' && query.endpoint === undefined)
    conditions.add('l.endpoint <> ALL (?)', INFORMATION_ENDPOINTS);
  if (query.endpoint !== undefined) conditions.add('l.endpoint = ?', query.endpoint);
  if (query.model !== undefined) conditions.add('l.model = ?', query.model);
  if (query.host !== undefined) conditions.add('l.host = ?', query.host);
  if (query.status !== undefined) conditions.add('l.status = ?', query.status);
  addRanges(conditions, query);
  if (fromMs !== null) conditions.add('l.id >= ?', uuidv7AtMs(fromMs));
  if (toMs !== null) conditions.add('l.id < ?', uuidv7AtMs(toMs));
  return conditions.all();
}

/** The same rows, of those that hold all the terms; for reading to the end, not for paging. */
export function withTexts(condition: LogCondition, terms: readonly string[]): LogCondition {
  if (terms.length === 0) return condition;
  const offset = condition.parameters.length;
  const matches = (text: string) =>
    terms.map((_, index) => `${text} LIKE $${offset + index + 1}`).join(' AND ');
  return {
    ...condition,
    sql: `${condition.sql} AND (
      EXISTS (SELECT FROM request_search s WHERE s.id = l.id AND ${matches('s.text')}) OR
      EXISTS (SELECT FROM request_unindexed u JOIN request_body w ON w.id = u.id
               WHERE u.id = l.id AND ${matches(unfoldedText('w'))}))`,
    parameters: [...condition.parameters, ...terms.map(likePattern)],
  };
}

/** The text that a row's search text is made of, folded as far as the database's locale can. */
export function unfoldedText(body: string): string {
  return `lower(concat(${body}.prompt, '${TEXT_SEPARATOR}', ${body}.answer))`;
}

/** Ends are inclusive; a row without the figure is in no range. */
function addRanges(conditions: Conditions, query: LogFilterDto): void {
  const tokens = '(l.prompt_tokens + l.completion_tokens)';
  const ranges: readonly [column: string, min?: number | string, max?: number | string][] = [
    ['l.duration_ms', query.minDurationMs, query.maxDurationMs],
    [tokens, query.minTokens, query.maxTokens],
    ['e.cost_numerator', toNumerator(query.minCost), toNumerator(query.maxCost)],
  ];
  for (const [column, min, max] of ranges) {
    if (min !== undefined) conditions.add(`${column} >= ?`, min);
    if (max !== undefined) conditions.add(`${column} <= ?`, max);
  }
}

/** Of a decimal amount with at most twelve digits behind the point; exact. */
function toNumerator(amount: string | undefined): string | undefined {
  if (amount === undefined) return undefined;
  const [whole = '', fraction = ''] = amount.split('.');
  return String((BigInt(whole + fraction.padEnd(12, '0')) * COST_DENOMINATOR) / 10n ** 12n);
}

/** The same rows, from a place on backwards. */
export function before(condition: LogCondition, id: string | null): LogCondition {
  if (id === null) return condition;
  return {
    ...condition,
    sql: `${condition.sql} AND l.id < $${condition.parameters.length + 1}`,
    parameters: [...condition.parameters, id],
  };
}

/** Collects conditions whose `?` become numbered parameters. */
class Conditions {
  private readonly parts: string[] = [];
  private readonly parameters: Parameter[] = [];

  add(sql: string, ...values: Parameter[]): void {
    const offset = this.parameters.length;
    let used = 0;
    this.parts.push(sql.replace(/\?/g, () => `$${offset + ++used}`));
    this.parameters.push(...values);
  }

  all(): LogCondition {
    const sql = this.parts.join(' AND ') || 'true';
    return { sql, parameters: this.parameters, usesEnergy: /\be\./.test(sql) };
  }
}
