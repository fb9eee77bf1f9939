import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { KeyedHash } from './keyed-hash';

it('is HMAC-SHA256, for keys of every length and any text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'grapheme' }), (key, text) => {
      const expected = createHmac('sha256', key).update(text).digest('hex');
      expect(new KeyedHash(Buffer.from(key)).digest(text).toString('hex')).toBe(expected);
    }),
  );
});
