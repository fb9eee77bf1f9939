import { readFile } from 'node:fs/promises';
import type { KeyItem, LogPage } from '@ollameter/admin-contract';
import { describeInBrowser } from './support/chromium';
import { ADMIN_EMAIL, NARROW, Portal, WIDE, accessibilityProblems } from './support/portal';

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start();
  const made = await portal.rig.admin('/api/keys', {
    method: 'POST',
    body: JSON.stringify({ name: 'n8n-invoices', limits: { requestsPerMinute: 60 } }),
  });
  const { id } = (await made.json()) as KeyItem;
  await portal.rig.admin(`/api/keys/${id}`, {
    method: 'PATCH',
    body: JSON.stringify({ limits: { requestsPerMinute: 120 } }),
  });
  await portal.rig.post('/v1/chat/completions', { messages: [{ role: 'user', content: 'Hello' }] });
  await portal.rig.rows(1);
}, 90_000);
afterEach(async () => expect(await portal.closePages()).toEqual([]));
afterAll(() => portal.stop());

describeInBrowser('the audit', () => {
  it('tells who did what, and what changed from what', async () => {
    const page = await portal.openSignedIn('/audit');
    const entry = page.getByRole('row', { name: /ADMIN_TOKEN changed the key n8n-invoices/ });
    await entry.waitFor();
    await entry.getByRole('button', { name: /fields? of:/ }).click();
    const change = page.getByRole('listitem').filter({ hasText: 'limits.requestsPerMinute' });
    expect((await change.locator('del').textContent())?.trim()).toBe('60');
    expect((await change.locator('ins').textContent())?.trim()).toBe('120');
    expect(await accessibilityProblems(page)).toEqual([]);
    await entry.getByRole('link', { name: 'n8n-invoices' }).click();
    await page.getByRole('heading', { name: 'n8n-invoices', level: 1 }).waitFor();
  });

  it('tells who opened whose prompt', async () => {
    const page = await portal.openSignedIn('/overview');
    const { items } = (await (await portal.rig.admin('/api/logs')).json()) as LogPage;
    const id = items[0]?.id ?? '';
    await page.goto(`/logs/${id}`);
    await page.getByText('Hello').first().waitFor();
    await page.goto('/audit');
    await page.getByLabel('What', { exact: true }).selectOption('request.read');
    await page.waitForURL('**/audit?action=request.read');
    const entry = page.getByRole('row', { name: new RegExp(`${ADMIN_EMAIL} opened the prompt of`) });
    await entry.waitFor();
    await entry.getByRole('link').click();
    await page.waitForURL(`**/logs/${id}`);
  });

  it('is searched and filtered, and the address says how', async () => {
    const page = await portal.openSignedIn('/audit');
    await page.getByLabel('Who', { exact: true }).selectOption('ADMIN_TOKEN');
    await page.waitForURL('**/audit?actor=ADMIN_TOKEN');
    await page.getByLabel('Search names and values').fill('n8n');
    await page.waitForURL(/q=n8n/);
    await page.getByRole('row', { name: /made the key n8n-invoices/ }).waitFor();
    await page.getByLabel('From').fill('2020-01-01');
    await page.getByLabel('to', { exact: true }).fill('2020-01-02');
    await page.getByText('No entry matches these filters.').waitFor();
    expect(new URL(page.url()).searchParams.get('to')).toBe('2020-01-02');
    await page.reload();
    await page.getByText('No entry matches these filters.').waitFor();
    expect(await page.getByLabel('Who', { exact: true }).inputValue()).toBe('ADMIN_TOKEN');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page
      .getByRole('row', { name: /signed in/ })
      .first()
      .waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('goes back in time page by page', async () => {
    await portal.rig.database.dataSource.query(
      `INSERT INTO audit_log (at, actor_name, action, target_type, target_name)
       SELECT now() - interval '1 day' + n * interval '1 second', 'system', 'model.load', 'model', 'm' || n
         FROM generate_series(1, 120) n`,
    );
    const page = await portal.openSignedIn('/audit?action=model');
    await page.getByText('m120', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByText('m70', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByText('m1', { exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Older' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.getByText('m120', { exact: true }).waitFor();
  });

  it('is saved as a file, with the filters that stand', async () => {
    const page = await portal.openSignedIn('/audit?action=key');
    await page.getByRole('button', { name: 'Export' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV' }).click();
    const text = await readFile(await (await saved).path(), 'utf8');
    expect(text).toContain('key.create');
    expect(text).not.toContain('session.start');
  });

  it.each([
    ['light', WIDE],
    ['dark', NARROW],
  ] as const)('is accessible, %s at %j', async (colorScheme, viewport) => {
    const page = await portal.openSignedIn('/audit?action=key', { colorScheme, viewport });
    await page.getByText('n8n-invoices').first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    const overrun = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overrun).toBe(0);
  });
});
