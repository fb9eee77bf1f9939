import { generateKey, isPlausibleKey } from './key-format';

describe('key format', () => {
  it('makes keys that pass their own check and never repeat', () => {
    const keys = Array.from({ length: 200 }, generateKey);
    expect(new Set(keys).size).toBe(200);
    for (const key of keys) {
      expect(key).toMatch(/^sk-om-[0-9A-Za-z]{36}$/);
      expect(isPlausibleKey(key)).toBe(true);
    }
  });

  it('turns away every single-character typing error', () => {
    const key = generateKey();
    for (let i = 0; i < key.length; i++) {
      const typo = key.slice(0, i) + (key[i] === 'x' ? 'y' : 'x') + key.slice(i + 1);
      // A typo in the prefix makes it a key of another form, which only its hash can refuse.
      if (typo.startsWith('sk-om-')) expect(isPlausibleKey(typo)).toBe(false);
    }
  });

  it('lets imported keys of any form through to the hash, within bounds', () => {
    expect(isPlausibleKey('my-old-key-123')).toBe(true);
    expect(isPlausibleKey('short')).toBe(false);
    expect(isPlausibleKey('x'.repeat(513))).toBe(false);
  });
});
