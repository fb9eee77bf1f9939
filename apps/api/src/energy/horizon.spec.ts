import type { RunningExchange } from '../exchange/in-flight';
import { horizonOf } from './horizon';

const running = (slotFromUs: number): RunningExchange => ({
  id: 'a',
  host: 'h',
  slotFromUs,
  firstRecordUs: null,
});

describe('horizonOf', () => {
  it.each([
    ['is now while nothing runs', [], null, null, { toUs: 100, certainToUs: 100 }],
    ['stops at the first slot that is taken', [70, 60], null, null, { toUs: 60, certainToUs: 60 }],
    ['stops at the first unstored record', [70], 40, null, { toUs: 40, certainToUs: 40 }],
    ['goes on to the end of a row that waited too long', [60], null, 80, { toUs: 80, certainToUs: 60 }],
    ['does not go back for a row that is settled anyway', [60], null, 50, { toUs: 60, certainToUs: 60 }],
    ['never passes an unstored record', [30], 40, 80, { toUs: 40, certainToUs: 30 }],
  ])('%s', (_case, slots, unstoredFromUs, overdueUs, horizon) => {
    expect(horizonOf({ nowUs: 100, running: slots.map(running), unstoredFromUs }, overdueUs)).toEqual(
      horizon,
    );
  });
});
