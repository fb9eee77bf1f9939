import type { RateSeries } from '@ollameter/admin-contract';
import type { Locator, Page } from '@playwright/test';
import { describeInBrowser } from './support/chromium';
import { Portal, accessibilityProblems } from './support/portal';
import { priceByTheHour } from './support/tariff';

const HOUR_MS = 3_600_000;

describeInBrowser('the price behind the hourly chart of the overview', () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await Portal.start();
  }, 60_000);
  afterEach(async () => expect(await portal.closePages()).toEqual([]));
  afterAll(() => portal.stop());

  it('is not there while it is one price', async () => {
    const page = await portal.openSignedIn('/overview');
    const chart = page.getByRole('img', { name: /Requests and cost/ });
    await page.reload({ waitUntil: 'commit' });
    const rates = await page.waitForResponse(/\/api\/energy\/rates\?from/);
    expect(((await rates.json()) as RateSeries).items.length).toBeGreaterThan(0);
    await chart.waitFor();
    expect(await chart.getAttribute('aria-label')).not.toContain('kWh');
    expect(await coloursBehind(chart)).toBe(1);
    const table = await shownAsTable(page);
    expect(await table.getByRole('columnheader', { name: 'Price of a kWh' }).count()).toBe(0);
  });

  it('is coloured, and named for who does not see it, by time of use', async () => {
    await priceByTheHour(portal.rig);
    const page = await portal.openSignedIn('/overview');
    const chart = page.getByRole('img', { name: /Behind it the price of a kWh: / });
    await chart.waitFor();
    const name = await chart.getAttribute('aria-label');
    for (const phase of ['super off-peak', 'off-peak', 'on-peak'])
      expect(name).toMatch(new RegExp(`[:,] ((summer|winter) )?${phase} \\d+(\\.\\d)?¢`, 'i'));
    for (let n = 0; n < 100 && (await coloursBehind(chart)) !== 3; n++) await page.waitForTimeout(50);
    expect(await coloursBehind(chart)).toBe(3);
    await chart.focus();
    await page.keyboard.press('Home');
    await page.getByText(/\d\d:00–\d\d:00: Requests 0, .*-peak \d+(\.\d)?¢$/).waitFor();

    const table = await shownAsTable(page);
    const shown = await table.locator('tbody tr td:last-child').allTextContents();
    const toMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
    const starts = shown.map((_, index) => toMs - (shown.length - index) * HOUR_MS);
    const query = new URLSearchParams({
      from: new Date(starts[0] ?? 0).toISOString(),
      to: new Date(toMs).toISOString(),
    });
    const { items } = (await (await portal.rig.admin(`/api/energy/rates?${query}`)).json()) as RateSeries;
    const periods = starts.map(
      (ms) => items.find(({ from, to }) => Date.parse(from) <= ms && ms < Date.parse(to))?.period ?? 'none',
    );
    expect(shown).toHaveLength(24);
    expect(shown.map((text) => withoutSeason(text.replace(/ \S+¢$/, '').toLowerCase()))).toEqual(
      periods.map(withoutSeason),
    );
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

async function shownAsTable(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: /^Requests and cost.*: show as table/ }).click();
  const table = page.getByRole('group', { name: /^Requests and cost.*, table/ });
  await table.waitFor();
  return table;
}

/** It is left out of the names unless it turned within the day. */
function withoutSeason(period: string): string {
  return period.replace(/^(summer|winter) /, '');
}

/** How many colours lie along a line through an empty plot, below the names; letters of the axes and seams do not count. */
async function coloursBehind(chart: Locator): Promise<number> {
  return chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
    copy.drawImage(canvas, 0, 0);
    const line = copy.getImageData(0, Math.round(height * 0.13), width, 1);
    const widths = new Map<number, number>();
    for (const colour of new Uint32Array(line.data.buffer)) widths.set(colour, (widths.get(colour) ?? 0) + 1);
    return [...widths.values()].filter((pixels) => pixels > width / 100).length;
  });
}
