import type { TLocalizedValidationError } from 'typebox/error';

/** What is wrong with a body: the first problem, with the field in OpenAI's notation (`messages[0].content`). */
export interface BodyProblem {
  param: string | null;
  message: string;
  missing: boolean;
}

type SchemaError = TLocalizedValidationError;

const MAX_PARAM_LENGTH = 200;

/** Explains why a body does not fit, in OpenAI's words. @param errors in the order in which the schema found them */
export function toBodyProblem(body: unknown, errors: readonly SchemaError[]): BodyProblem {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { param: null, message: 'The request body must be a JSON object.', missing: false };
  const finding = find(errors, 0);
  if (finding === null) return { param: null, message: 'The request body is not valid.', missing: false };
  const path = toParam(finding.instancePath);
  if (finding.missing !== null) {
    const param = path === '' ? finding.missing : `${path}.${finding.missing}`;
    return { param, message: `Missing required parameter: '${param}'.`, missing: true };
  }
  return {
    param: path,
    message: describe(path, finding, valueAt(body, finding.instancePath)),
    missing: false,
  };
}

interface Finding {
  instancePath: string;
  missing: string | null;
  /** JSON types that would fit here. */
  types: readonly string[];
  /** Values that would fit here. */
  values: readonly unknown[];
  /** What a value of the right type breaks. */
  limit: string | null;
}

/** The branch of a union, and of unions right inside it. */
const BRANCH = /^(?:\/anyOf\/\d+)+/;

/**
 * The first error; where it lies in a union, the first error of the branch that was meant. A branch is out where the
 * value has another type or another tag (`type: "text"`); where all are out, the union as a whole is the finding.
 * @param from where in the schema paths the search goes on
 */
function find(errors: readonly SchemaError[], from: number): Finding | null {
  const [first] = errors;
  if (first === undefined) return null;
  const at = first.schemaPath.indexOf('/anyOf/', from);
  if (at < 0) return ofOne(first);
  const inner = first.schemaPath.slice(at);
  const place = ancestor(first.instancePath, inner);
  const branches = new Map<string, SchemaError[]>();
  for (const error of errors) {
    if (!error.schemaPath.startsWith(first.schemaPath.slice(0, at + '/anyOf/'.length))) continue;
    if (error.instancePath !== place && !error.instancePath.startsWith(`${place}/`)) continue;
    if (error.keyword === 'anyOf' && error.instancePath === place) continue;
    const branch = BRANCH.exec(error.schemaPath.slice(at))?.[0] ?? '';
    branches.set(branch, [...(branches.get(branch) ?? []), error]);
  }
  const fitting = [...branches].filter(([, found]) => !found.some((error) => rulesOut(error, place)));
  const [best] = fitting.sort(([, a], [, b]) => a.length - b.length);
  if (best !== undefined) return find(best[1], at + best[0].length);
  return ofUnion([...branches.values()].flat(), place);
}

/** Another type of value, or another tag. */
function rulesOut({ keyword, instancePath }: SchemaError, place: string): boolean {
  if (instancePath === place) return keyword === 'type' || keyword === 'const';
  return keyword === 'const' && isChildOf(instancePath, place);
}

function ofOne(error: SchemaError): Finding {
  const { instancePath } = error;
  const nothing = { instancePath, missing: null, types: [], values: [], limit: null };
  if (error.keyword === 'required') return { ...nothing, missing: error.params.requiredProperties[0] ?? '' };
  if (error.keyword === 'type') return { ...nothing, types: [error.params.type].flat() };
  if (error.keyword === 'const') return { ...nothing, values: [error.params.allowedValue] };
  return { ...nothing, limit: error.message };
}

/** A value of no branch's type, or, where some branch has its type, a tag of no branch. */
function ofUnion(errors: readonly SchemaError[], place: string): Finding {
  const tags = errors.filter(
    ({ keyword, instancePath }) => keyword === 'const' && isChildOf(instancePath, place),
  );
  const here = errors.filter(({ instancePath }) => instancePath === place);
  const mistyped = here.filter(({ keyword }) => keyword === 'type');
  const objectIsWrong = mistyped.some(({ params }) => 'type' in params && params.type === 'object');
  const shown = tags.length > 0 && !objectIsWrong ? tags : here;
  return {
    instancePath: shown[0]?.instancePath ?? place,
    missing: null,
    types: unique(shown.flatMap((error) => (error.keyword === 'type' ? error.params.type : []))),
    values: unique(shown.flatMap((error) => (error.keyword === 'const' ? [error.params.allowedValue] : []))),
    limit: null,
  };
}

function describe(path: string, { types, values, limit }: Finding, value: unknown): string {
  if (limit !== null) return `Invalid value for '${path}': ${limit}.`;
  const expected = types.filter((type) => type !== 'null').map((type) => NAMES[type] ?? type);
  const supported = values.map((one) => `'${String(one)}'`).join(', ');
  if (values.length > 0 && (typeof value === 'string' || expected.length === 0))
    return `Invalid value for '${path}': ${shown(value)}. Supported values are: ${supported}.`;
  const choice = expected.length === 0 ? 'something else' : expected.join(' or ');
  return `Invalid type for '${path}': expected ${choice}, but got ${nameOf(value)} instead.`;
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'a boolean',
  array: 'an array',
  object: 'an object',
};

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return NAMES[typeof value] ?? typeof value;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value.slice(0, 64).toWellFormed()}'` : nameOf(value);
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

function isChildOf(path: string, parent: string): boolean {
  return path.startsWith(`${parent}/`) && !path.slice(parent.length + 1).includes('/');
}

/** Each of these steps of a schema's path goes one step down in the value. */
const STEPS = /\/(?:properties\/[^/]+|patternProperties\/[^/]+|additionalProperties|items)(?=\/|$)/g;

/** The path of the value that a schema's path began at. */
function ancestor(instancePath: string, schemaPath: string): string {
  const levels = schemaPath.match(STEPS)?.length ?? 0;
  const parts = instancePath.split('/');
  return parts.slice(0, parts.length - levels).join('/');
}

function keysOf(instancePath: string): string[] {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(body: unknown, instancePath: string): unknown {
  return keysOf(instancePath).reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
    body,
  );
}

/** `/messages/0/content` → `messages[0].content`. */
function toParam(instancePath: string): string {
  return keysOf(instancePath)
    .reduce(
      (path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`),
      '',
    )
    .slice(0, MAX_PARAM_LENGTH)
    .toWellFormed();
}
