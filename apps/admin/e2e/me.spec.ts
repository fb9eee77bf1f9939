import type { Page } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import type { KeyWithSecret, MyAccount } from '@ollameter/admin-contract';
import { describeInBrowser } from './support/chromium';
import { ADMIN_PASSWORD, NARROW, Portal, WIDE, accessibilityProblems } from './support/portal';

const NEW_PASSWORD = 'battery staple horse';

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start();
}, 60_000);
afterEach(async () => expect(await portal.closePages()).toEqual([]));
afterAll(() => portal.stop());

describeInBrowser("one's own page", () => {
  it('tells what my keys were used for, and lists them', async () => {
    const page = await portal.openSignedIn('/me');
    await page.getByText('A key with you as its owner counts as yours').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    const { id: ownerId } = (await (await page.request.get('/api/me')).json()) as MyAccount;
    const made = await portal.rig.admin('/api/keys', {
      method: 'POST',
      body: JSON.stringify({ name: 'my-notebook', ownerId }),
    });
    const { secret } = (await made.json()) as KeyWithSecret;
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    await portal.rig.openai({ apiKey: secret }).chat.completions.create({ model: 'llama3.1:8b', messages });
    // Somebody else's: not mine.
    await portal.rig.openai().chat.completions.create({ model: 'llama3.1:8b', messages });
    await portal.rig.rows(2);

    await page.reload();
    await page.getByRole('table').getByRole('link', { name: 'my-notebook' }).waitFor();
    const requests = page.locator('dl.strip div').filter({ hasText: 'Requests' }).locator('dd');
    await page.locator('dl.strip').getByText('1', { exact: false }).first().waitFor();
    expect((await requests.textContent())?.trim()).toMatch(/^1\s/);
    const ranking = page.getByRole('region', { name: 'By key' });
    await ranking.getByText('my-notebook').waitFor();
    expect(await ranking.getByRole('listitem').count()).toBe(1);

    await page.getByRole('button', { name: 'More for my-notebook' }).click();
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('heading', { name: 'Key for my-notebook' }).waitFor();
  });

  it('lets a member see own limits, and make, rename and revoke own keys as far as allowed', async () => {
    const page = await portal.openAs('member', '/me');
    const { id } = (await (await page.request.get('/api/me')).json()) as MyAccount;
    await page.getByText('You have no key yet.').waitFor();
    expect(await page.getByRole('button', { name: 'Create key' }).count()).toBe(0);
    await portal.rig.admin(`/api/users/${id}`, {
      method: 'PATCH',
      body: JSON.stringify({
        ownKeys: { max: 1, allowedModels: ['llama3.1:*'] },
        limits: { requestsPerMinute: 30 },
      }),
    });
    await page.reload();
    const limits = page.locator('section').filter({ has: page.getByRole('heading', { name: 'My limits' }) });
    await limits.getByText('30/min').waitFor();
    await page.getByRole('button', { name: 'Create key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('my laptop');
    await dialog.getByText('More: note, expiry, endpoints, addresses').click();
    expect(await dialog.getByLabel('The log keeps').count()).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('heading', { name: 'Key for my laptop' }).waitFor();
    await page.getByLabel('I have stored the key').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'my laptop' }).waitFor();
    await page.getByRole('button', { name: 'Create key' }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'More for my laptop' }).click();
    await page.getByRole('button', { name: 'Rename' }).click();
    await dialog.getByLabel('Name').fill('my old laptop');
    expect(await dialog.getByLabel('Models').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'my old laptop' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it.each([
    ['light', WIDE, '/me'],
    ['dark', NARROW, '/me'],
    ['light', NARROW, '/me/account'],
    ['dark', WIDE, '/me/account'],
    ['dark', WIDE, '/me/tokens'],
  ] as const)('is accessible, %s at %j: %s', async (colorScheme, viewport, path) => {
    const page = await portal.openSignedIn(path, { colorScheme, viewport });
    await page.locator('.sk').first().waitFor({ state: 'detached' });
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await widthOverrun(page)).toBe(0);
  });

  it('takes a name, a theme and a zone', async () => {
    const page = await portal.openSignedIn('/me/account');
    await page.getByLabel('Your name').fill('Ada Lovelace');
    await page.getByRole('button', { name: 'Save name' }).click();
    await page.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor();
    await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'Dark' }).click();
    await page.locator('html[data-theme=dark]').waitFor();
    await page.getByLabel('Times and days in').selectOption('Asia/Tokyo');
    await page.reload();
    await page.locator('html[data-theme=dark]').waitFor();
    expect(await page.getByLabel('Times and days in').inputValue()).toBe('Asia/Tokyo');
  });

  it('changes the password, and says what is wrong with one', async () => {
    portal.expectComplaint(/\/api\/me\/password .*400/);
    const page = await portal.openSignedIn('/me/account');
    const other = await portal.openSignedIn('/me/account');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Type the password that you have now.').waitFor();
    await page.getByText('At least 10 characters are needed.').waitFor();
    await page.getByLabel('Current password').fill('not it, not at all');
    await page.getByLabel('New password').fill(NEW_PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('is wrong').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByLabel('Current password').fill(ADMIN_PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('The password is changed.').waitFor();
    expect(await page.getByLabel('New password').inputValue()).toBe('');

    portal.expectComplaint(/401/);
    await other.reload();
    await other.getByRole('button', { name: 'Sign in' }).waitFor();
    const back = await page.request.post('/api/me/password', {
      data: { currentPassword: NEW_PASSWORD, newPassword: ADMIN_PASSWORD },
      headers: { origin: portal.url },
    });
    expect(back.status()).toBe(204);
  });

  it('sets up a second factor from a QR code, tells the recovery codes once, and turns it off', async () => {
    portal.expectComplaint(/\/api\/me\/totp\/\w+ .*400/);
    const page = await portal.openSignedIn('/me/account');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('img', { name: 'QR code' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    const secret = (await page.getByLabel('The secret').textContent()) ?? '';
    await page.getByLabel('Then type the code').fill('12');
    await page.keyboard.press('Enter');
    await page.getByText('The code has six digits.').waitFor();
    await page.getByLabel('Then type the code').fill('000000');
    await page.keyboard.press('Enter');
    await page.getByText('The code is wrong.').waitFor();
    await page
      .getByLabel('Then type the code')
      .fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate());
    await page.keyboard.press('Enter');

    const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    await codes.first().waitFor();
    const told = await codes.allTextContents();
    expect(new Set(told).size).toBeGreaterThanOrEqual(8);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true);
    expect(await accessibilityProblems(page)).toEqual([]);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as file' }).click();
    expect((await saved).suggestedFilename()).toBe('ollameter-recovery-codes.txt');
    await page.getByLabel('I have kept them').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText(`${told.length} recovery codes are left.`).waitFor();

    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.getByLabel('Your password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('is wrong').waitFor();
    await page.getByLabel('Your password').fill(ADMIN_PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Set up' }).waitFor();
  });

  it('ends another session', async () => {
    const page = await portal.openSignedIn('/me/account');
    await portal.openSignedIn('/me/account', { userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/132.0' });
    await page.reload();
    const row = page.getByRole('row').filter({ hasText: 'Firefox on Linux' });
    await row.getByRole('button', { name: 'End the session of Firefox on Linux' }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: 'This one' }).waitFor();
  });

  it('makes a token that works within its scopes, and deletes it', async () => {
    const page = await portal.openSignedIn('/me/tokens');
    await page.getByRole('button', { name: 'Create token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await dialog.getByText('A name is needed.').waitFor();
    await dialog.getByLabel('Name').fill('grafana');
    await dialog.getByLabel('read').first().uncheck();
    await dialog.getByLabel('analytics').check();
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create token' }).click();
    const secret = (await page.getByLabel('The token', { exact: true }).textContent()) ?? '';
    expect(secret).toMatch(/^om-pat-/);
    expect(await accessibilityProblems(page)).toEqual([]);
    const authorization = `Bearer ${secret}`;
    expect((await portal.rig.admin('/api/analytics/overview', { headers: { authorization } })).status).toBe(
      200,
    );
    expect((await portal.rig.admin('/api/logs', { headers: { authorization } })).status).toBe(403);
    await page.getByLabel('I have stored the token').check();
    await page.getByRole('button', { name: 'Done' }).click();

    await page.getByRole('button', { name: 'Delete grafana' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete token' }).click();
    await page.getByText('No tokens').waitFor();
    expect((await portal.rig.admin('/api/analytics/overview', { headers: { authorization } })).status).toBe(
      401,
    );
  });

  it('keeps each panel’s failure to itself', async () => {
    portal.expectComplaint(/\/api\/me\/sessions/);
    const page = await portal.open();
    await portal.signIn(page);
    let fails = true;
    await page.route('**/api/me/sessions', (route) =>
      fails ? route.fulfill({ status: 503, body: '{}' }) : route.continue(),
    );
    await page.goto('/me/account');
    await page.getByText('Could not load sessions').waitFor();
    await page.getByLabel('Current password').waitFor();
    fails = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('This one').waitFor();
  });
});

/** How far the page could be scrolled sideways, px. */
function widthOverrun(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
