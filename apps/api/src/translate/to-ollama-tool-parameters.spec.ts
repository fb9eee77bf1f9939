import { MAX_SCHEMA_NODES, toToolParameters } from './to-ollama-tool-parameters';

const written = (parameters: Record<string, unknown>) =>
  toToolParameters(parameters, { nodes: MAX_SCHEMA_NODES });

describe('the parameters of a tool', () => {
  it('stay as they are where Ollama keeps all of it', () => {
    const parameters = {
      type: 'object',
      properties: { city: { type: ['string', 'null'], description: 'Where', enum: ['a', null] } },
      required: ['city'],
      additionalProperties: false,
    };
    expect(written(parameters)).toEqual(parameters);
  });

  it('have their references written out, as Pydantic and zod make them', () => {
    const parameters = {
      type: 'object',
      properties: {
        home: { $ref: '#/$defs/Address', description: 'Where one lives' },
        others: { type: 'array', items: { $ref: '#/$defs/Address' } },
        kind: { allOf: [{ $ref: '#/$defs/Kind' }], default: 'a' },
        unit: { oneOf: [{ const: 'C' }, { const: 'F' }] },
        anything: true,
        pair: { type: 'array', items: [{ const: 'a' }, { type: 'number' }] },
      },
      required: ['home'],
      $defs: {
        Address: { type: 'object', properties: { street: { type: 'string' } }, required: ['street'] },
        Kind: { type: 'string', enum: ['a', 'b'] },
      },
    };
    const address = { type: 'object', properties: { street: { type: 'string' } }, required: ['street'] };
    expect(written(parameters)).toEqual({
      type: 'object',
      properties: {
        home: { ...address, description: 'Where one lives' },
        others: { type: 'array', items: address },
        kind: { type: 'string', enum: ['a', 'b'], default: 'a' },
        unit: { anyOf: [{ enum: ['C'] }, { enum: ['F'] }] },
        anything: {},
        pair: { type: 'array', items: [{ enum: ['a'] }, { type: 'number' }] },
      },
      required: ['home'],
    });
  });

  it('end where they refer to themselves', () => {
    const node = {
      type: 'object',
      properties: { next: { $ref: '#/$defs/Node' }, all: { type: 'array', items: { $ref: '#' } } },
    };
    expect(written({ ...node, $defs: { Node: node } })).toEqual({
      type: 'object',
      properties: {
        next: {
          type: 'object',
          properties: { next: { type: 'object' }, all: { type: 'array', items: { type: 'object' } } },
        },
        all: { type: 'array', items: { type: 'object' } },
      },
    });
  });

  it('are left alone where writing them out would never end', () => {
    const $defs: Record<string, object> = { d0: { type: 'string' } };
    for (let level = 1; level < 40; level++) {
      const half = { $ref: `#/$defs/d${level - 1}` };
      $defs[`d${level}`] = { type: 'object', properties: { a: half, b: half } };
    }
    const bomb = { type: 'object', properties: { x: { $ref: '#/$defs/d39' } }, $defs };
    expect(written(bomb)).toBe(bomb);
  });

  it('are left alone where one reference leads to the next without end', () => {
    const $defs: Record<string, object> = { d5000: { type: 'string' } };
    for (let at = 0; at < 5000; at++) $defs[`d${at}`] = { $ref: `#/$defs/d${at + 1}` };
    const chain = { type: 'object', properties: { x: { $ref: '#/$defs/d0' } }, $defs };
    expect(written(chain)).toBe(chain);
  });

  it('share one budget among the tools of a request', () => {
    const budget = { nodes: 3 };
    const one = { type: 'object', properties: { a: { const: 1 } } };
    expect(toToolParameters(one, budget)).toEqual({ type: 'object', properties: { a: { enum: [1] } } });
    expect(toToolParameters(one, budget)).toBe(one);
  });
});
