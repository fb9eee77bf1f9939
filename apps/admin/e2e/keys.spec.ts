import type { KeyPage } from '@ollameter/admin-contract';
import { describeInBrowser } from './support/chromium';
import { seedHistory } from './support/history';
import { LOOKS, NARROW, Portal, accessibilityProblems, overflow } from './support/portal';

const MANY = 120;

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start();
}, 60_000);
afterEach(async () => expect(await portal.closePages()).toEqual([]));
afterAll(() => portal.stop());

async function keyNamed(name: string) {
  const page = (await (await portal.rig.admin(`/api/keys?q=${name}`)).json()) as KeyPage;
  return page.items.find((key) => key.name === name);
}

async function makeKey(name: string, more: object = {}): Promise<{ id: string; secret: string }> {
  const answer = await portal.rig.admin('/api/keys', {
    method: 'POST',
    body: JSON.stringify({ name, ...more }),
  });
  return (await answer.json()) as { id: string; secret: string };
}

function chatWith(secret: string): Promise<Response> {
  return fetch(`${portal.rig.gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }] }),
  });
}

describeInBrowser('making a key', () => {
  it('shows it once, with snippets that work, and sees its first request arrive', async () => {
    const page = await portal.openSignedIn('/keys', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Create key' }).click();
    const form = page.getByRole('dialog', { name: 'Create key' });
    await form.getByRole('button', { name: 'Create key' }).click();
    await form.getByText('A name is needed.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await form.getByLabel('Name').fill('n8n-letters');
    await form.getByRole('button', { name: 'llama3.1:8b' }).click();
    await form.getByLabel('At once').fill('2');
    await form.getByRole('button', { name: 'Add budget' }).click();
    await form.getByLabel('Amount').fill('3');
    await form.getByRole('button', { name: 'Create key' }).click();

    const shown = page.getByRole('dialog', { name: 'Key for n8n-letters' });
    await shown.getByText('It is stored as a hash').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await shown.waitFor();
    expect(await shown.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true);
    const snippets: Record<string, string> = {};
    for (const kind of ['curl', 'Python', 'JavaScript', '.env']) {
      await shown.getByRole('tab', { name: kind }).click();
      await shown
        .getByRole('button', { name: 'Copy with the key' })
        .or(shown.getByRole('button', { name: 'Copied' }))
        .last()
        .click();
      snippets[kind] = await page.evaluate(() => navigator.clipboard.readText());
      expect(await shown.getByLabel('Example').textContent()).not.toContain(secretIn(snippets[kind] ?? ''));
    }
    expect(new Set(Object.values(snippets).map(secretIn)).size).toBe(1);
    expect((await chatWith(secretIn(snippets['curl'] ?? ''))).status).toBe(200);
    await shown.getByText('Its first request has arrived').waitFor();
    await shown.getByLabel('I have stored the key').check();
    await shown.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'n8n-letters' }).click();
    await page.getByRole('heading', { name: /n8n-letters/, level: 1 }).waitFor();
  });

  it('says what the gateway does not accept, at the field', async () => {
    portal.expectComplaint(/\/api\/keys .*(400|422)/);
    const page = await portal.openSignedIn('/keys');
    await page.getByRole('button', { name: 'Create key' }).click();
    const form = page.getByRole('dialog', { name: 'Create key' });
    await form.getByLabel('Name').fill('from-nowhere');
    await form.getByText('More: note').click();
    await form.getByLabel('From these addresses only').fill('300.1.1.1/8');
    await form.getByRole('button', { name: 'Create key' }).click();
    await form.getByRole('alert').first().waitFor();
    expect(await form.getByLabel('From these addresses only').getAttribute('aria-invalid')).toBe('true');
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await keyNamed('from-nowhere')).toBeUndefined();
  });
});

describeInBrowser('a key', () => {
  it('is edited, rotated, revoked and deleted', async () => {
    const { id, secret } = await makeKey('copier', { limits: { concurrentRequests: 1 } });
    const page = await portal.openSignedIn(`/keys/${id}`);
    await page.getByRole('button', { name: 'Edit limits' }).click();
    const form = page.getByRole('dialog', { name: 'Edit copier' });
    await form.getByLabel('At once').fill('3');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('copier is saved.').waitFor();
    await page.getByText('of 3').first().waitFor();

    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('button', { name: 'Rotate' }).click();
    const rotation = page.getByRole('dialog', { name: 'Rotate copier' });
    await rotation.getByLabel('The old text').selectOption({ label: 'Stops at once' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await rotation.getByRole('button', { name: 'Rotate' }).click();
    await page.getByLabel('I have stored the key').check();
    await page.getByRole('button', { name: 'Done' }).click();
    expect((await chatWith(secret)).status).toBe(401);

    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('button', { name: 'Revoke' }).click();
    const revocation = page.getByRole('dialog', { name: 'Revoke copier?' });
    const revoke = revocation.getByRole('button', { name: 'Revoke key' });
    expect(await revoke.isDisabled()).toBe(true);
    await revocation.getByLabel('Reason, for the record').fill('lost in a taxi');
    await revocation.getByLabel('Type copier to go on').fill('copier');
    await revoke.click();
    await page.getByText('lost in a taxi').waitFor();
    expect((await keyNamed('copier'))?.state).toBe('revoked');
    expect(await accessibilityProblems(page)).toEqual([]);

    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    const removal = page.getByRole('dialog', { name: 'Delete copier?' });
    await removal.getByLabel('Type copier to go on').fill('copier');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/keys');
    expect(await keyNamed('copier')).toBeUndefined();
  });

  it('that is not there says so', async () => {
    portal.expectComplaint(/\/api\/keys\/.*404/);
    portal.expectComplaint(/\/api\/analytics\/.*404/);
    const page = await portal.openSignedIn('/keys/0190c0de-0000-7000-8000-000000000001');
    await page.getByText('Could not load this key').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

describeInBrowser('the list of keys', () => {
  beforeAll(async () => {
    await seedHistory(portal.rig, 2);
    for (let n = 0; n < MANY; n++)
      await makeKey(`desk-${n}`, {
        limits: {
          concurrentRequests: 4,
          budgets: [{ unit: 'money', period: 'month', amount: 2, action: 'warn' }],
        },
      });
  }, 120_000);

  it.each(LOOKS)('is accessible, %s at %j', async (colorScheme, viewport) => {
    const page = await portal.openSignedIn('/keys?q=n8n', { colorScheme, viewport });
    await page.getByRole('link', { name: 'n8n-invoices' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it.each(LOOKS)('leads to a page of its own, accessible, %s at %j', async (colorScheme, viewport) => {
    const key = await keyNamed('n8n-invoices');
    const page = await portal.openSignedIn(`/keys/${key?.id}`, { colorScheme, viewport });
    await page.getByRole('img').first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it('tells its use as a chart, a table and a file', async () => {
    const key = await keyNamed('n8n-invoices');
    const page = await portal.openSignedIn(`/keys/${key?.id}`);
    const chart = page.getByRole('region', { name: /^Requests and cost by/ });
    await chart.getByRole('img', { name: /requests in all/ }).waitFor();
    await chart.getByRole('button', { name: /show as table/ }).click();
    await chart.getByRole('columnheader', { name: 'Cost' }).waitFor();
    await chart.getByRole('button', { name: 'Tokens · Wh' }).click();
    const sameChart = page.getByRole('region', { name: /^Tokens and energy by/ });
    await sameChart.getByRole('columnheader', { name: 'Energy' }).waitFor();
    const models = page.getByRole('region', { name: 'Models' });
    await models.getByRole('button', { name: 'Models: show as table' }).click();
    await models.getByRole('rowheader', { name: 'llama3.1:8b' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await models.getByRole('button', { name: 'Export Models' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      models.getByRole('link', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    await models.getByRole('button', { name: 'Models: show as chart' }).click();
    await models.getByRole('link', { name: 'llama3.1:8b' }).click();
    await page.waitForURL(`**/logs?key=${key?.id}&model=llama3.1:8b`);
    await page.locator('tbody tr').first().waitFor();
  });

  it('stands after those that work once it is revoked', async () => {
    const { id } = await makeKey('desk-gone');
    await portal.rig.admin(`/api/keys/${id}/revoke`, { method: 'POST', body: '{"reason":"lost"}' });
    await makeKey('desk-gone-too');
    const page = await portal.openSignedIn('/keys?q=desk-gone');
    await page.getByRole('link', { name: 'desk-gone-too' }).waitFor();
    const names = await page.locator('tbody .name a').allTextContents();
    expect(names.map((name) => name.trim())).toEqual(['desk-gone-too', 'desk-gone']);
  });

  it('is searched and turned over, and both stand in the address', async () => {
    const page = await portal.openSignedIn('/keys');
    await page.locator('tbody tr').nth(49).waitFor();
    await page.getByRole('button', { name: 'Older page' }).click();
    await page.waitForURL('**/keys?page=2');
    await page.keyboard.press('/');
    await page.keyboard.type('desk-11');
    await page.waitForURL('**/keys?q=desk-11');
    await page.getByRole('link', { name: 'desk-110' }).waitFor();
    await page.getByRole('button', { name: 'Revoked' }).click();
    await page.getByText('No key matches').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show all keys' }).click();
    await page.waitForURL('**/keys');
  });

  it('keeps what was there while the gateway is away', async () => {
    portal.expectComplaint(/ERR_INTERNET_DISCONNECTED/);
    const page = await portal.open({ viewport: NARROW });
    await page.clock.install();
    await portal.signIn(page);
    await page.goto('/keys');
    await page.locator('tbody tr').first().waitFor();
    await page.context().setOffline(true);
    await page.clock.fastForward(35_000);
    await page.getByText('The gateway has not answered since').waitFor();
    await page.locator('tbody tr').first().waitFor();
  });

  it('shows its failure in its place', async () => {
    portal.expectComplaint(/\/api\/keys.*500/);
    const page = await portal.open();
    await portal.signIn(page);
    await page.route(/\/api\/keys\?/, (route) =>
      route.fulfill({
        status: 500,
        json: { type: 'about:blank', title: 'Broken', status: 500, detail: 'The disk is gone.' },
      }),
    );
    await page.goto('/keys');
    await page.getByText('The disk is gone.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.unroute(/\/api\/keys\?/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('tbody tr').first().waitFor();
  });

  it('gives a viewer nothing to change, and a member only what is theirs', async () => {
    const viewer = await portal.openAs('viewer', '/keys');
    await viewer.locator('tbody tr').first().waitFor();
    expect(await viewer.getByRole('button', { name: /Create|More for/ }).count()).toBe(0);
    const member = await portal.openAs('member', '/keys');
    await member.getByText('No keys yet').waitFor();
    expect(await member.getByRole('button', { name: /Create/ }).count()).toBe(0);
    expect(await accessibilityProblems(member)).toEqual([]);
  });
});

function secretIn(text: string): string {
  return /sk-om-[\w-]+/.exec(text)?.[0] ?? '';
}
