import { newPull, pullTotals, withEnd, withProgress } from './pull-state';

it('adds up what each host has of each layer, once', () => {
  const steps = [
    { host: 'a', status: 'pulling manifest', completedBytes: null, totalBytes: null },
    { host: 'a', status: 'pulling 6a07', completedBytes: 10, totalBytes: 100 },
    { host: 'a', status: 'pulling 6a07', completedBytes: 60, totalBytes: 100 },
    { host: 'b', status: 'pulling 6a07', completedBytes: 40, totalBytes: 100 },
    { host: 'a', status: 'pulling ff00', completedBytes: null, totalBytes: 8 },
  ];
  const pull = steps.reduce(withProgress, newPull('m'));
  expect(pullTotals(pull)).toEqual({ completedBytes: 100, totalBytes: 208 });
  expect(pull.status).toBe('pulling ff00');
  expect(pullTotals(newPull('m'))).toBeNull();
});

it('names the hosts that failed', () => {
  const hosts = [
    { host: 'a', error: null },
    { host: 'b', error: 'no space left' },
  ];
  expect(withEnd(newPull('m'), { hosts })).toMatchObject({ isOver: true, error: 'b: no space left' });
  expect(withEnd(newPull('m'), { hosts: hosts.slice(0, 1) }).error).toBeNull();
});
