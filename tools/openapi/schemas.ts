import {
  createFormatter,
  createParser,
  type CompletedConfig,
  DEFAULT_CONFIG,
  SchemaGenerator,
} from 'ts-json-schema-generator';
import type ts from 'typescript';

export type Schema = Record<string, unknown>;

const CONFIG: CompletedConfig = {
  ...DEFAULT_CONFIG,
  expose: 'export',
  jsDoc: 'extended',
  topRef: true,
  sortProps: false,
  additionalProperties: true,
  encodeRefs: false,
  skipTypeCheck: true,
};

/** JSON Schemas of TypeScript types, with their comments; named types once, under `components/schemas`. */
export class Schemas {
  /** By the names that `$ref`s have. */
  readonly components: Record<string, Schema> = {};
  private readonly generator: SchemaGenerator;

  constructor(program: ts.Program) {
    // The generator was built against its own copy of the same compiler.
    const foreign = program as never;
    this.generator = new SchemaGenerator(
      foreign,
      createParser(foreign, CONFIG),
      createFormatter(CONFIG),
      CONFIG,
    );
  }

  of(type: ts.TypeNode): Schema {
    const schema = this.generator.createSchemaFromNodes([type]);
    for (const [name, definition] of Object.entries(schema.definitions ?? {}))
      this.components[plainName(name)] = withPlainRefs(definition) as Schema;
    return withPlainRefs(
      Object.fromEntries(
        Object.entries(schema).filter(([name]) => name !== 'definitions' && name !== '$schema'),
      ),
    ) as Schema;
  }

  /** A named type with its properties, found through the `$ref`. */
  resolved(schema: Schema): Schema {
    const name = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined;
    return name === undefined ? schema : (this.components[name] ?? schema);
  }
}

/** OpenAPI allows letters, digits and `._-` in a component's name. */
function plainName(name: string): string {
  return name.replace(/[^\w.-]+/g, '_');
}

function withPlainRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlainRefs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? `#/components/schemas/${plainName(decodeURIComponent(inner.slice('#/definitions/'.length)))}`
        : withPlainRefs(inner),
    ]),
  );
}
