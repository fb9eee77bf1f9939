import { uuidv7, uuidv7Ms } from './uuid-v7';

describe('uuidv7', () => {
  it('has the form of RFC 9562 and carries its time', () => {
    const id = uuidv7(4_000_000_000_000);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidv7Ms(id)).toBe(4_000_000_000_000);
  });

  it('rises strictly, also within a millisecond, past the end of its counter, and when the clock steps back', () => {
    const ids = [
      ...Array.from({ length: 10_000 }, () => uuidv7(4_100_000_000_000)),
      uuidv7(4_000_000_000_000),
      uuidv7(4_200_000_000_000),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
  });
});
