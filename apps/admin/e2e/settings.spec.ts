import type { Page } from '@playwright/test';
import type { GatewayStatus, SettingList, SharedLimits } from '@ollameter/admin-contract';
import { describeInBrowser } from './support/chromium';
import { NARROW, Portal, WIDE, accessibilityProblems } from './support/portal';

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start({ variables: { QUEUE_MAX: '17' } });
}, 60_000);
afterEach(async () => expect(await portal.closePages()).toEqual([]));
afterAll(() => portal.stop());

async function valueOf(key: string): Promise<unknown> {
  const { items } = (await (await portal.rig.admin('/api/settings')).json()) as SettingList;
  return items.find((item) => item.key === key)?.value;
}

const unsaved = (page: Page) => page.getByRole('region', { name: 'Unsaved changes' });

describeInBrowser('the settings', () => {
  it('change what they say, at once where they can, and go back to the default', async () => {
    const page = await portal.openSignedIn('/settings');
    await page.getByLabel('Time zone').selectOption('Europe/Oslo');
    await page.getByLabel('Web pages that may call').fill('https://a.example\nhttps://b.example');
    await unsaved(page).getByText('2 changes are not saved').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await unsaved(page).getByRole('button', { name: 'Save' }).click();
    await unsaved(page).waitFor({ state: 'detached' });
    expect(await valueOf('timezone')).toBe('Europe/Oslo');
    expect(await valueOf('corsOrigins')).toEqual(['https://a.example', 'https://b.example']);
    const status = (await (await portal.rig.admin('/api/status')).json()) as GatewayStatus;
    expect(status.timezone).toBe('Europe/Oslo');

    await page.reload();
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Oslo');
    await page.getByText('Default: America/Los_Angeles.').getByRole('button', { name: 'Back to it' }).click();
    await unsaved(page).getByRole('button', { name: 'Save' }).click();
    await unsaved(page).waitFor({ state: 'detached' });
    expect(await valueOf('timezone')).toBe('America/Los_Angeles');
    expect(await page.getByText('A saved change counts').count()).toBe(0);
  });

  it('limit all keys together', async () => {
    const page = await portal.openSignedIn('/settings?group=queue');
    await page.getByText('No limits.').waitFor();
    await page.getByRole('button', { name: 'Edit limits' }).click();
    await page.getByLabel('At once').fill('3');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('of 3').waitFor();
    const { limits } = (await (await portal.rig.admin('/api/limits/all')).json()) as SharedLimits;
    expect(limits.concurrentRequests).toBe(3);
  });

  it('show what the environment sets, and only show it', async () => {
    const page = await portal.openSignedIn('/settings?group=queue');
    const row = page.locator('om-setting-row').filter({ hasText: 'Waiting in all' });
    await row.getByText('Set by the environment').waitFor();
    await row.getByText('QUEUE_MAX').waitFor();
    expect(await row.locator('input, select, textarea').count()).toBe(0);
    await page.getByRole('button', { name: 'Places' }).click();
    await page.getByText('Gateway port').waitFor();
    expect(await page.locator('om-setting-row').locator('input, select, textarea').count()).toBe(0);
  });

  it('say beside the field what is wrong with it, and keep what was typed', async () => {
    portal.expectComplaint(/\/api\/settings .*400/);
    const page = await portal.openSignedIn('/settings?group=log');
    await page.getByLabel('Keep texts for').fill('soon');
    await page.getByText('must be a number').waitFor();
    await page.getByLabel('Keep texts for').fill('999999');
    await unsaved(page).getByRole('button', { name: 'Save' }).click();
    const row = page.locator('om-setting-row').filter({ hasText: 'Keep texts for' });
    await row.getByRole('alert').getByText('must be').waitFor();
    expect(await page.getByLabel('Keep texts for').inputValue()).toBe('999999');
    expect(await accessibilityProblems(page)).toEqual([]);
    await unsaved(page).getByRole('button', { name: 'Discard' }).click();
    await unsaved(page).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Keep texts for').inputValue()).toBe('0');
  });

  it('tell which stored value does not count, and forget it', async () => {
    await portal.rig.database.rows(
      `INSERT INTO setting (key, value) VALUES ('env.RETENTION_LOG_DAYS', '"soon"')`,
    );
    const page = await portal.openSignedIn('/settings');
    await page.getByText('Stored, but without effect').getByRole('button', { name: 'Keep rows for' }).click();
    const row = page.locator('om-setting-row').filter({ hasText: 'Keep rows for' });
    await row.getByText(/does not count, the default does: .+/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await row.getByRole('button', { name: 'Forget it' }).click();
    await row.getByText('does not count').waitFor({ state: 'detached' });
    expect(await page.getByText('Stored, but without effect').count()).toBe(0);
    const stored = `SELECT 1 FROM setting WHERE key = 'env.RETENTION_LOG_DAYS'`;
    expect(await portal.rig.database.rows(stored)).toEqual([]);
  });

  it('try redaction on a text before it counts, and tell what waits for a restart', async () => {
    portal.expectComplaint(/\/api\/settings\/redaction\/try .*400/);
    const page = await portal.openSignedIn('/settings?group=log');
    await page.getByLabel('Taken out of texts').fill('email');
    await page.getByLabel('Own patterns taken out').fill('["("]');
    await page.getByLabel('Try it').fill('Order ORD-12345 of mia@example.org');
    await page.getByRole('button', { name: 'Show what is kept' }).click();
    await page.getByRole('alert').getByText('must be a JSON array of RE2 patterns').waitFor();
    await page.getByLabel('Own patterns taken out').fill('["ORD-[0-9]+"]');
    await page.getByRole('button', { name: 'Show what is kept' }).click();
    await page.getByText('Order [redacted] of [email]').waitFor();
    await unsaved(page).getByRole('button', { name: 'Save' }).click();
    await page.getByText('A saved change counts from the next start of the gateway.').waitFor();
    expect(await valueOf('logRedact')).toEqual(['email']);
  });

  it('ask before unsaved changes are dropped', async () => {
    const page = await portal.openSignedIn('/settings?group=money');
    await page.getByLabel('Power when active').fill('95');
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByLabel('Power when active').inputValue()).toBe('95');
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await page.waitForURL('**/keys');
  });

  it('are found by name, by variable and by meaning', async () => {
    const page = await portal.openSignedIn('/settings');
    await page.getByLabel('Find a setting').fill('RETENTION');
    await page.getByLabel('Keep texts for').waitFor();
    expect(await page.getByLabel('Time zone').count()).toBe(0);
    await page.getByLabel('Find a setting').fill('no such thing');
    await page.getByText('No setting matches').waitFor();
    await page.getByRole('button', { name: 'Show all settings' }).click();
    await page.getByLabel('Time zone').waitFor();
  });

  it.each([
    ['light', WIDE, 'log'],
    ['dark', NARROW, 'log'],
    ['dark', WIDE, 'places'],
    ['light', NARROW, 'upstream'],
  ] as const)('are accessible, %s at %j: %s', async (colorScheme, viewport, group) => {
    const page = await portal.openSignedIn(`/settings?group=${group}`, { colorScheme, viewport });
    await page.locator('om-setting-row').first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    const overrun = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overrun).toBe(0);
  });
});
