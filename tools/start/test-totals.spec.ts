import { TestTotals } from './test-totals.ts';

const totalsOf = (output: string) => {
  const totals = new TestTotals();
  for (const line of output.split('\n')) totals.addLine(line);
  return totals;
};

describe('TestTotals', () => {
  it('adds what jest and Playwright sum up, in colour or not', () => {
    const totals = totalsOf(`
> nx run api:test

\u001b[1mTests:       \u001b[22m\u001b[1m\u001b[33m2 skipped\u001b[39m\u001b[22m, \u001b[32m328 passed\u001b[39m, 330 total
> nx run admin:e2e
  41 passed (1.2m)
  1 skipped
`);
    expect(totals.summary()).toBe('369 passed, 0 failed, 3 skipped');
  });

  it('counts a task that failed with failed tests once for each test', () => {
    const totals = totalsOf(`
> nx run api:test
Tests:       3 failed, 10 passed, 13 total

 NX   Ran target test for 2 projects
✖  1/2 failed
  - api:test
`);
    expect(totals.summary()).toBe('10 passed, 3 failed, 0 skipped');
  });

  it('counts a task that failed without a test as one failure', () => {
    const totals = totalsOf(`
> nx run api:lint
   error  …
  - api:lint
  ✖  nx run admin:build
`);
    expect(totals.allFailed).toBe(2);
  });

  it('counts missing software', () => {
    const totals = totalsOf('Tests:       1 passed, 1 total');
    totals.addFailure();
    expect(totals.summary()).toBe('1 passed, 1 failed, 0 skipped');
  });
});
