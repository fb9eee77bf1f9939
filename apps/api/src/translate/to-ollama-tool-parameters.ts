import { isRecord } from './to-native-body';

type Schema = Readonly<Record<string, unknown>>;

/** A hostile schema grows without end when its references are written out: this is for all tools of a request. */
export const MAX_SCHEMA_NODES = 10_000;
/** References within references; people's schemas have a handful. */
const MAX_REFERENCES_DEEP = 32;

/**
 * A tool's parameters in the words that Ollama keeps: it reads them into a closed type (`api/types.go`,
 * `ToolProperty`) that knows no `$ref`, `allOf`, `oneOf` and `const`, and would show the model an empty property.
 * What refers to itself ends in a plain type. A schema that is too large written out is left as it came.
 * @param budget how many nodes may still be written; what is used is taken off
 */
export function toToolParameters(parameters: Schema, budget: { nodes: number }): Record<string, unknown> {
  try {
    const plain = new Plainer(parameters, budget).whole();
    delete plain['$defs'];
    delete plain['definitions'];
    return plain;
  } catch (error) {
    if (error instanceof TooLarge) return parameters;
    throw error;
  }
}

class TooLarge extends Error {}

class Plainer {
  constructor(
    private readonly root: Schema,
    private readonly budget: { nodes: number },
  ) {}

  whole(): Record<string, unknown> {
    return this.plain(this.root, ['#']);
  }

  /** @param within the references that are being written out */
  private plain(schema: unknown, within: readonly string[]): Record<string, unknown> {
    if (--this.budget.nodes < 0 || within.length > MAX_REFERENCES_DEEP) throw new TooLarge();
    // `true` allows everything, as `{}` does.
    if (!isRecord(schema)) return {};
    const { $ref, allOf, oneOf, const: only, ...rest } = schema;
    if (typeof $ref === 'string') return this.resolved($ref, schema, within);
    if (Array.isArray(allOf)) return this.merged({ ...schema, allOf: undefined }, allOf, within);
    const alternatives = [rest['anyOf'], oneOf].filter(Array.isArray).flat() as unknown[];
    const { properties, items } = rest;
    return {
      ...rest,
      ...(isRecord(properties) && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, property]) => [name, this.plain(property, within)]),
        ),
      }),
      ...(items !== undefined && {
        items: Array.isArray(items)
          ? items.map((item) => this.plain(item, within))
          : this.plain(items, within),
      }),
      ...(alternatives.length > 0 && { anyOf: alternatives.map((each) => this.plain(each, within)) }),
      ...('const' in schema && { enum: [only] }),
    };
  }

  private resolved(ref: string, { $ref: _, ...beside }: Schema, within: readonly string[]) {
    const target = this.find(ref);
    if (target === null) return this.plain(beside, within);
    if (!within.includes(ref)) return this.plain({ ...target, ...beside }, [...within, ref]);
    const { type, description } = { ...target, ...beside };
    return { ...(type !== undefined && { type }), ...(description !== undefined && { description }) };
  }

  private merged({ allOf: _, ...own }: Schema, parts: readonly unknown[], within: readonly string[]) {
    return [...parts, own].reduce<Record<string, unknown>>((sum, part) => {
      const plain = this.plain(part, within);
      const required = [sum['required'], plain['required']].flat().filter((name) => name !== undefined);
      const both = isRecord(sum['properties']) && isRecord(plain['properties']);
      return {
        ...sum,
        ...plain,
        ...(both && { properties: { ...(sum['properties'] as object), ...(plain['properties'] as object) } }),
        ...(required.length > 0 && { required: [...new Set(required)] }),
      };
    }, {});
  }

  /** The target of a local reference; null for others and for those that lead nowhere. */
  private find(ref: string): Schema | null {
    if (ref === '#') return this.root;
    if (!ref.startsWith('#/')) return null;
    const found = ref
      .slice(2)
      .split('/')
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>(
        (at, step) => (isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined),
        this.root,
      );
    return isRecord(found) ? found : null;
  }
}
