import type { Page } from '@playwright/test';
import { describeInBrowser } from './support/chromium';
import { seedHistory } from './support/history';
import { Portal, accessibilityProblems, overflow } from './support/portal';

const REFRESH_MS = 35_000;
const WIDTHS = [360, 768, 1280, 1920, 3840];

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start();
  await seedHistory(portal.rig, 3);
}, 120_000);
afterEach(async () => expect(await portal.closePages()).toEqual([]));
afterAll(() => portal.stop());

/** Where the navigation leads. */
async function paths(page: Page): Promise<string[]> {
  await page.locator('aside nav a').first().waitFor();
  return page
    .locator('aside a')
    .evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute('href') ?? ''))]);
}

describeInBrowser('every page', () => {
  it.each(WIDTHS)('fits a screen of %i pixels', async (width) => {
    const page = await portal.openSignedIn('/overview', { viewport: { width: 1280, height: 1000 } });
    const all = await paths(page);
    await page.setViewportSize({ width, height: Math.max(1000, Math.round(width / 2)) });
    const tooWide: string[] = [];
    for (const path of all) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      if ((await overflow(page)) > 0) tooWide.push(path);
    }
    expect(tooWide).toEqual([]);
  });

  it('has a title and one heading of its own, and no empty address', async () => {
    const page = await portal.openSignedIn('/overview');
    for (const path of await paths(page)) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.title()).toMatch(/^.+ · Ollameter$/);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    }
    await page.goto('/nowhere');
    await page.getByText('There is no such page').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

describeInBrowser('the overview', () => {
  it('does not jump when it refreshes', async () => {
    const page = await portal.open();
    await page.clock.install();
    await portal.signIn(page);
    await page.goto('/overview');
    await page.getByRole('img', { name: /Requests and cost/ }).waitFor();
    await page.waitForLoadState('networkidle');
    await page.evaluate(() => {
      const shifts = ((window as unknown as { shifts: number[] }).shifts = [] as number[]);
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift' });
    });
    for (let n = 0; n < 3; n++) {
      const answered = page.waitForResponse(/\/api\/analytics\/overview/);
      await page.clock.fastForward(REFRESH_MS);
      await answered;
      await page.waitForLoadState('networkidle');
    }
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.001);
  });
});
