import { stripVTControlCharacters } from 'node:util';

const TASK = /^> nx run ([\w-]+:[\w-]+)/;
const JEST = /^Tests:\s+(.*)$/;
const PLAYWRIGHT = /^\s+(\d+) (passed|failed|skipped|flaky|did not run)(?: \([\d.]+(?:ms|s|m|h)\))?$/;
const FAILED_TASK = /^\s*[-✖]\s+(?:nx run )?([\w-]+:[\w-]+)\s*$/;

/** Counts over the output of `nx run-many`: what jest and Playwright sum up, and tasks that fail without a test. */
export class TestTotals {
  passed = 0;
  failed = 0;
  skipped = 0;
  private task = '';
  private readonly tasksWithFailedTests = new Set<string>();
  private readonly failedTasks = new Set<string>();

  addLine(coloured: string): void {
    const line = stripVTControlCharacters(coloured);
    this.task = TASK.exec(line)?.[1] ?? this.task;
    const jest = JEST.exec(line)?.[1];
    if (jest !== undefined)
      for (const [, count, kind] of jest.matchAll(/(\d+) (passed|failed|skipped|todo)/g))
        this.add(Number(count), kind);
    const [, count, kind] = PLAYWRIGHT.exec(line) ?? [];
    if (count !== undefined) this.add(Number(count), kind);
    const failedTask = FAILED_TASK.exec(line)?.[1];
    if (failedTask !== undefined) this.failedTasks.add(failedTask);
  }

  /** A failure that is no test of its own: a program that CI must have, Nx itself. */
  addFailure(): void {
    this.failed++;
  }

  /** @returns `N passed, N failed, N skipped`; a task that failed without a failed test counts as one failure. */
  summary(): string {
    const { passed, skipped } = this;
    return `${passed} passed, ${this.allFailed} failed, ${skipped} skipped`;
  }

  get allFailed(): number {
    const untold = [...this.failedTasks].filter((task) => !this.tasksWithFailedTests.has(task));
    return this.failed + untold.length;
  }

  private add(count: number, kind: string | undefined): void {
    if (kind === 'passed' || kind === 'flaky') this.passed += count;
    else if (kind === 'failed') {
      this.failed += count;
      if (count > 0) this.tasksWithFailedTests.add(this.task);
    } else this.skipped += count;
  }
}
