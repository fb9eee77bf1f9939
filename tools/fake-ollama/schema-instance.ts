import { seededRandom } from './generate-text.ts';

type Schema = Readonly<Record<string, unknown>>;

const WORDS = ['amber', 'birch', 'cloud', 'delta', 'ember', 'fjord', 'grove', 'haven'];
const DEEPEST = 12;

/**
 * An instance of a simple JSON schema (type, properties, items, enum, const, anyOf/oneOf, allOf, local $ref, min/max,
 * string formats); the same for the same seed. Optional properties are filled in too.
 */
export function schemaInstance(schema: unknown, seed = 0): unknown {
  const random = seededRandom(seed);
  return instance(schema, isSchema(schema) ? schema : {}, random, 0);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function instance(given: unknown, root: Schema, random: () => number, depth: number): unknown {
  if (!isSchema(given) || depth > DEEPEST) return null;
  const schema = resolve(given, root);
  if ('const' in schema) return schema['const'];
  const choices = schema['enum'] ?? schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices) && choices.length > 0) {
    const chosen: unknown = choices[Math.floor(random() * choices.length)];
    return schema['enum'] === choices ? chosen : instance(chosen, root, random, depth + 1);
  }
  switch (typeOf(schema)) {
    case 'object':
      return objectInstance(schema, root, random, depth);
    case 'array': {
      const count = Math.max(bound(schema, 'minItems', 2), 0);
      return Array.from({ length: Math.min(count, bound(schema, 'maxItems', count)) }, () =>
        instance(schema['items'] ?? { type: 'string' }, root, random, depth + 1),
      );
    }
    case 'integer':
      return Math.round(numberIn(schema, random));
    case 'number':
      return Math.round(numberIn(schema, random) * 4) / 4;
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    default:
      return stringInstance(schema, random);
  }
}

function resolve(schema: Schema, root: Schema): Schema {
  const reference = schema['$ref'];
  if (typeof reference === 'string' && reference.startsWith('#/')) {
    const target = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (isSchema(at) ? at[key] : undefined), root);
    if (isSchema(target)) return resolve(target, root);
  }
  const all = schema['allOf'];
  if (!Array.isArray(all)) return schema;
  return all.filter(isSchema).reduce<Schema>((merged, part) => {
    const resolved = resolve(part, root);
    const properties = { ...propertiesOf(merged), ...propertiesOf(resolved) };
    return { ...merged, ...resolved, properties };
  }, schema);
}

function propertiesOf(schema: Schema): Schema {
  const properties = schema['properties'];
  return isSchema(properties) ? properties : {};
}

function typeOf(schema: Schema): unknown {
  const type: unknown = schema['type'];
  if (Array.isArray(type)) return type.find((name) => name !== 'null') as unknown;
  return type ?? (isSchema(schema['properties']) ? 'object' : 'items' in schema ? 'array' : 'string');
}

function objectInstance(schema: Schema, root: Schema, random: () => number, depth: number): unknown {
  return Object.fromEntries(
    Object.entries(propertiesOf(schema)).map(([name, property]) => [
      name,
      instance(property, root, random, depth + 1),
    ]),
  );
}

function bound(schema: Schema, name: string, otherwise: number): number {
  const value = schema[name];
  return typeof value === 'number' ? value : otherwise;
}

function numberIn(schema: Schema, random: () => number): number {
  const low = bound(schema, 'minimum', bound(schema, 'exclusiveMinimum', -1) + 1);
  const high = Math.max(low, bound(schema, 'maximum', bound(schema, 'exclusiveMaximum', low + 101) - 1));
  return low + Math.floor(random() * (high - low + 1));
}

function stringInstance(schema: Schema, random: () => number): string {
  switch (schema['format']) {
    case 'date':
      return '2026-08-21';
    case 'date-time':
      return '2026-08-21T12:00:00Z';
    case 'email':
      return 'someone@example.com';
    case 'uuid':
      return '0191730e-5d2c-7c43-9d6b-3f0c5a1b2e4d';
    default: {
      const word = WORDS[Math.floor(random() * WORDS.length)] ?? '';
      const least = bound(schema, 'minLength', 0);
      return word.padEnd(least, word).slice(0, Math.max(least, bound(schema, 'maxLength', word.length)));
    }
  }
}
