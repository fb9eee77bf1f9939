import { SerialHost } from './serial-host';

const MS = 1_000;

/** Requests that are all there from the start and take 100 ms each. */
function* served(parallel: number, count: number) {
  for (let n = 0; n < count; n++) {
    const activeFromUs = Math.floor(n / parallel) * 100 * MS;
    yield { model: 'm', slotFromUs: 0, activeFromUs, activeToUs: activeFromUs + 100 * MS + n };
  }
}

it('tells once of a host that works on one at a time', () => {
  const host = new SerialHost();
  expect([...served(1, 20)].filter((request) => host.observe(request))).toHaveLength(1);
});

it('says nothing of one that works on two at a time, or that is sent one after the other', () => {
  const host = new SerialHost();
  expect([...served(2, 20)].some((request) => host.observe(request))).toBe(false);
  const alone = [...served(1, 20)].map((request) => ({ ...request, slotFromUs: request.activeFromUs }));
  expect(alone.some((request) => new SerialHost().observe(request))).toBe(false);
});
