import { NdjsonReader } from './ndjson';
import fc from 'fast-check';

describe('NdjsonReader', () => {
  it('gives the same records wherever the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }) }), { maxLength: 8 }),
        fc.array(fc.nat(200), { maxLength: 20 }),
        fc.boolean(),
        (records, cuts, crlf) => {
          const bytes = Buffer.from(records.map((r) => JSON.stringify(r) + (crlf ? '\r\n' : '\n')).join(''));
          const places = [...new Set([0, ...cuts.map((c) => c % (bytes.length + 1)), bytes.length])].sort(
            (a, b) => a - b,
          );
          const reader = new NdjsonReader<unknown>(1 << 20);
          const read = places.slice(1).flatMap((to, i) => reader.push(bytes.subarray(places[i], to)).records);
          expect([...read, ...reader.end().records]).toEqual(records);
        },
      ),
    );
  });

  it('reads a last line without a line feed, and skips empty lines', () => {
    const reader = new NdjsonReader<unknown>(1000);
    expect(reader.push(Buffer.from('\n\n{"a": 1}\n{"b":2}'))).toEqual({
      records: [{ a: 1 }],
      lines: ['{"a": 1}'],
      failure: null,
    });
    expect(reader.end()).toEqual({ records: [{ b: 2 }], lines: ['{"b":2}'], failure: null });
  });

  it('refuses a line that never ends, and one that is not JSON', () => {
    expect(new NdjsonReader(10).push(Buffer.from('x'.repeat(11))).failure).toBeInstanceOf(RangeError);
    expect(new NdjsonReader(10).push(Buffer.from('oops\n')).failure).toBeInstanceOf(SyntaxError);
  });

  it('keeps the records before a broken line, and reads nothing after it', () => {
    const { records, failure } = new NdjsonReader(100).push(Buffer.from('{"a":1}\noops\n{"b":2}\n'));
    expect(records).toEqual([{ a: 1 }]);
    expect(failure).toBeInstanceOf(SyntaxError);
  });
});
