import type { Page, Response } from '@playwright/test';
import { DEMO_SETTINGS } from '../../../tools/fake-ollama/demo-models.ts';
import { startFakeOllama } from '../../../tools/fake-ollama/fake-ollama.ts';
import { describeInBrowser } from './support/chromium';
import { seedHistory } from './support/history';
import { NARROW, Portal, WIDE, accessibilityProblems } from './support/portal';

const FIRST_LOAD_SCRIPT_BYTES = 200_000;
const REFRESH_MS = 35_000;
/** High enough that the bar at the bottom covers nothing. */
const TALL = { ...NARROW, height: 3200 };

describeInBrowser('the overview of a new gateway', () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await Portal.start();
  }, 60_000);
  afterEach(async () => expect(await portal.closePages()).toEqual([]));
  afterAll(() => portal.stop());

  it('shows how to send the first request, and then the request', async () => {
    const page = await portal.openSignedIn('/overview');
    const guide = page.getByRole('region', { name: 'First request' });
    await guide.getByText(/^curl http:.*\/v1\/chat\/completions/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    const answer = await portal.rig.openai().chat.completions.create({
      model: 'llama3.1:8b',
      messages: [{ role: 'user', content: 'Hello' }],
    });
    await portal.rig.eventually(async () => {
      const { items } = (await (await portal.rig.admin('/api/logs')).json()) as {
        items: { energyWh: number | null }[];
      };
      return items[0]?.energyWh == null ? undefined : true;
    }, 'the settled row');
    await page.reload();
    await card(page, 'Requests').getByText('1', { exact: true }).waitFor();
    await card(page, 'Tokens').getByText(String(answer.usage?.total_tokens), { exact: true }).waitFor();
    await page
      .getByText('All good. Ollama answers, nothing is running, nothing failed in this hour.')
      .waitFor();
    expect(await guide.count()).toBe(0);
  });

  it('refreshes by itself, without a flicker', async () => {
    const page = await portal.open();
    await page.clock.install();
    await portal.signIn(page);
    await page.goto('/overview');
    const requests = card(page, 'Requests').locator('.figure');
    const before = Number(await requests.textContent());
    await portal.rig.post('/v1/chat/completions', { messages: [{ role: 'user', content: 'Again' }] });
    await portal.rig.rows(before + 1);
    const figure = await requests.elementHandle();
    await page.clock.fastForward(REFRESH_MS);
    await expectText(page, () => requests.textContent(), String(before + 1));
    expect(await figure.evaluate((element) => element.isConnected)).toBe(true);
  });
});

describeInBrowser('the overview while only the demo host answers', () => {
  it('says so, and the sidebar counts what the page counts', async () => {
    const demo = await startFakeOllama({ ...DEMO_SETTINGS, loadDelayMs: 0 });
    const portal = await Portal.start({ variables: { OLLAMA_URL: '', DEMO_HOST_URL: demo.url } });
    await portal.rig.post('/v1/chat/completions', { messages: [{ role: 'user', content: 'Hello' }] });
    const inAll = '/api/analytics/overview?period=today&demo=true';
    await portal.rig.eventually(async () => {
      const { energyPj } = (await (await portal.rig.admin(inAll)).json()) as { energyPj: string };
      return energyPj === '0' ? undefined : true;
    }, 'the settled row');
    const page = await portal.openSignedIn('/overview');
    await page.getByText(/The demo host answers in place of Ollama/).waitFor();
    const cost = await card(page, 'Cost').locator('.figure').textContent();
    expect(cost).not.toMatch(/^\$0$/);
    await page.locator('.cost', { hasText: 'Cost today' }).getByText(String(cost).trim()).waitFor();
    expect(await portal.closePages()).toEqual([]);
    await portal.stop();
    await demo.close();
  });
});

describeInBrowser('the overview of a gateway in use', () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await Portal.start();
    await seedHistory(portal.rig, 3);
  }, 120_000);
  afterEach(async () => expect(await portal.closePages()).toEqual([]));
  afterAll(() => portal.stop());

  it.each([
    ['light', WIDE],
    ['dark', WIDE],
    ['light', TALL],
    ['dark', TALL],
  ] as const)('is accessible, %s at %j', async (colorScheme, viewport) => {
    const page = await portal.openSignedIn('/overview?period=week', { colorScheme, viewport });
    await page.getByRole('img', { name: /Requests and cost/ }).waitFor();
    await page.getByRole('link', { name: 'llama3.1:8b' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('shows the totals of the API for every period, and the period in the address', async () => {
    const page = await portal.openSignedIn('/overview');
    for (const period of ['week', 'month', 'year', 'all']) {
      await page.getByRole('button', { name: period, exact: false }).first().click();
      await page.waitForURL(`**/overview?period=${period}`);
      const answer = await portal.rig.admin(
        `/api/analytics/overview?period=${period}&timezone=America/Los_Angeles`,
      );
      const { requests } = (await answer.json()) as { requests: number };
      await expectText(
        page,
        () => card(page, 'Requests').locator('.figure').textContent(),
        requests.toLocaleString('en-US'),
      );
    }
    await page.getByRole('button', { name: 'Today' }).click();
    await page.waitForURL('**/overview');
  });

  it('takes days of the calendar, and says what is wrong with them', async () => {
    const page = await portal.openSignedIn('/overview');
    await page.getByRole('button', { name: 'Custom' }).click();
    const dialog = page.getByRole('dialog', { name: 'Custom period' });
    await dialog.getByLabel('First day').fill('2026-11-20');
    await dialog.getByLabel('Last day').fill('2026-11-19');
    await dialog.getByRole('button', { name: 'Show' }).click();
    await dialog.getByText('The last day is before the first.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByLabel('Last day').fill('2026-11-22');
    await dialog.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL('**/overview?from=2026-11-20&to=2026-11-22');
    await page.getByRole('button', { name: '2026-11-20 – 2026-11-22' }).waitFor();
  });

  it('gives its chart as a table, as a file and to the keyboard', async () => {
    const page = await portal.openSignedIn('/overview');
    const chart = page.getByRole('img', { name: /Requests and cost, last 24 hours: \d+ requests in all/ });
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText(/\d\d:00–\d\d:00: Requests \d+, Cost \$/).waitFor();
    await page.getByRole('button', { name: 'Tokens · Wh' }).click();
    await page.getByRole('img', { name: /Tokens and energy/ }).waitFor();
    await page.getByRole('button', { name: 'Requests · cost' }).click();
    await page.getByRole('button', { name: 'Requests and cost, last 24 hours: show as table' }).click();
    const table = page.getByRole('group', { name: 'Requests and cost, last 24 hours, table' });
    await table.waitFor();
    expect(await table.locator('tbody tr').count()).toBe(24);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Export Requests and cost, last 24 hours' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
  });

  it('leads from a model to its requests', async () => {
    const page = await portal.openSignedIn('/overview?period=all');
    await page.getByRole('link', { name: 'gpt-oss:20b' }).click();
    await page.waitForURL('**/logs?model=gpt-oss:20b');
  });

  it('leads to the requests of the period that it shows', async () => {
    const page = await portal.openSignedIn('/overview?period=year');
    const lost = page.getByRole('region', { name: 'Not completed' }).getByRole('link').first();
    const counted = (await lost.textContent())?.trim() ?? '';
    await lost.click();
    await page.waitForURL(/\/logs\?outcome=\w+&from=\d{4}-01-01$/);
    await page.getByText(new RegExp(`^${counted} requests?$`)).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('says where the electricity went, and what it costs now', async () => {
    const page = await portal.openSignedIn('/overview?period=week');
    await page.getByRole('region', { name: 'Speed' }).scrollIntoViewIfNeeded();
    const split = page.getByRole('region', { name: 'Where the electricity went' });
    await split.getByText('Metered', { exact: true }).waitFor();
    await page
      .getByRole('region', { name: 'Speed' })
      .getByRole('row', { name: /Time to first token/ })
      .waitFor();
  });

  it('keeps what it can show where the totals cannot be had', async () => {
    portal.expectComplaint(/\/api\/analytics\/overview.*500/);
    const page = await portal.open();
    await portal.signIn(page);
    await page.route(/\/api\/analytics\/overview\?/, (route) =>
      route.fulfill({ status: 500, json: { type: 'about:blank', title: 'Broken', status: 500 } }),
    );
    await page.goto('/overview?period=week');
    for (const what of ['the totals', 'the speed', 'what was not completed'])
      await page.getByText(`Could not load ${what}`).waitFor();
    await page.getByRole('img', { name: /Requests and cost/ }).waitFor();
    await page.getByRole('link', { name: 'llama3.1:8b' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('keeps an error in its panel, and tries again', async () => {
    portal.expectComplaint(/\/api\/analytics\/series.*500/);
    const page = await portal.open();
    await portal.signIn(page);
    await page.route(/\/api\/analytics\/series\?/, (route) =>
      route.fulfill({
        status: 500,
        json: { type: 'about:blank', title: 'Broken', status: 500, detail: 'The disk is gone.' },
      }),
    );
    await page.goto('/overview');
    await page.getByText('Could not load the chart').waitFor();
    await page.getByText('The disk is gone.').waitFor();
    await card(page, 'Requests').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    // By the keyboard, which waits for nothing: in the meantime the panel may well have mended itself.
    await page.getByRole('button', { name: 'Try again' }).focus();
    await page.unroute(/\/api\/analytics\/series\?/);
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: /Requests and cost/ }).waitFor();
  });

  it('keeps the old figures under one banner while the gateway is away', async () => {
    portal.expectComplaint(/ERR_INTERNET_DISCONNECTED/);
    const page = await portal.open();
    await page.clock.install();
    await portal.signIn(page);
    await page.goto('/overview');
    const requests = card(page, 'Requests').locator('.figure');
    const shown = await requests.textContent();
    await page.context().setOffline(true);
    await page.clock.fastForward(REFRESH_MS);
    await page.getByText('The gateway has not answered since').waitFor();
    expect(await requests.textContent()).toBe(shown);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().setOffline(false);
    await page.clock.fastForward(REFRESH_MS);
    await page.getByText('The gateway has not answered since').waitFor({ state: 'detached' });
  });

  it('loads little script', async () => {
    const page = await portal.open();
    await portal.signIn(page);
    const scripts: Response[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.push(response);
    });
    await page.goto('/overview');
    await page.getByRole('img', { name: /Requests and cost/ }).waitFor();
    const sizes = await Promise.all(
      scripts.map(async (script) => (await script.request().sizes()).responseBodySize),
    );
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(FIRST_LOAD_SCRIPT_BYTES);
  });
});

function card(page: Page, name: string) {
  return page.getByRole('group', { name, exact: true });
}

async function expectText(page: Page, read: () => Promise<string | null>, expected: string): Promise<void> {
  for (let n = 0; n < 100 && (await read())?.trim() !== expected; n++) await page.waitForTimeout(50);
  expect((await read())?.trim()).toBe(expected);
}
