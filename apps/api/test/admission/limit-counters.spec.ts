import { MemoryLimitCounters } from '../../src/admission/limits/memory-limit-counters';
import { describeLimitCounters } from './limit-counters.contract';

describeLimitCounters('in memory', () => {
  let nowMs = 0;
  const counters = new MemoryLimitCounters(() => nowMs);
  return Promise.resolve({
    counters,
    others: counters,
    advance: (ms) => {
      nowMs += ms;
    },
    close: () => Promise.resolve(),
  });
});
