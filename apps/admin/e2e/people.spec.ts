import type { Page } from '@playwright/test';
import type { KeyWithSecret, UserItem, UserList, UserWithPassword } from '@ollameter/admin-contract';
import { describeInBrowser } from './support/chromium';
import { ADMIN_EMAIL, NARROW, Portal, WIDE, accessibilityProblems } from './support/portal';

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start();
}, 60_000);
afterEach(async () => expect(await portal.closePages()).toEqual([]));
afterAll(() => portal.stop());

/** Invites by REST, so that a test needs not start with a form. */
async function invite(email: string, role: string): Promise<UserWithPassword> {
  const answer = await portal.rig.admin('/api/users', {
    method: 'POST',
    body: JSON.stringify({ email, role }),
  });
  return (await answer.json()) as UserWithPassword;
}

async function find(email: string): Promise<UserItem | undefined> {
  const { items } = (await (await portal.rig.admin('/api/users')).json()) as UserList;
  return items.find((item) => item.email === email);
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function choose(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('button', { name: action, exact: true }).click();
}

describeInBrowser('people', () => {
  it('are invited with a password that is shown once, and choose their own at the first login', async () => {
    portal.expectComplaint(/\/api\/users .*400/);
    const page = await portal.openSignedIn('/people');
    await page.getByRole('button', { name: 'Invite person' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
    await dialog.getByText('An e-mail address is needed.').waitFor();
    await dialog.getByLabel('E-mail').fill('not an address');
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
    await dialog.getByText('must be an e-mail address').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByLabel('E-mail').fill('mia@example.org');
    await dialog.getByLabel('Name').fill('Mia Sandoval');
    await dialog.getByLabel('Viewer').check();
    await dialog.getByLabel('May read prompts').check();
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
    const password = (await page.getByLabel('The password', { exact: true }).textContent()) ?? '';
    await page.keyboard.press('Escape');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByLabel('I have copied it').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: /Mia Sandoval.*Viewer.*may read.*Invited/ }).waitFor();

    const hers = await portal.open();
    await hers.goto('/logs');
    await signIn(hers, 'mia@example.org', password);
    await hers.getByRole('heading', { name: 'Choose your password' }).waitFor();
    expect(await accessibilityProblems(hers)).toEqual([]);
    await hers.goto('/overview');
    await hers.getByRole('heading', { name: 'Choose your password' }).waitFor();
    await hers.goto('/change-password?returnTo=%2Flogs');
    await hers.getByLabel('The password you were given').fill(password);
    await hers.getByLabel('New password').fill('six purple umbrellas');
    await hers.keyboard.press('Enter');
    await hers.getByRole('heading', { name: 'Logs', level: 1 }).waitFor();
    await hers.goto('/change-password');
    await hers.waitForURL('**/overview');

    await page.reload();
    await page.getByRole('row', { name: /Mia Sandoval.*Active/ }).waitFor();
  });

  it('are changed, disabled, enabled and deleted; the last admin is not', async () => {
    const { user } = await invite('jonas@example.org', 'member');
    const made = await portal.rig.admin('/api/keys', {
      method: 'POST',
      body: JSON.stringify({ name: 'cursor-jonas', ownerId: user.id }),
    });
    const { secret } = (await made.json()) as KeyWithSecret;
    const models = async () =>
      (await fetch(`${portal.rig.gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${secret}` } }))
        .status;

    const page = await portal.openSignedIn('/people?q=jonas');
    await choose(page, 'jonas@example.org', 'Edit');
    await page.getByLabel('Name').fill('Jonas Berg');
    await page.getByLabel('Operator').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('row', { name: /Jonas Berg.*Operator.*hidden/ }).waitFor();

    await choose(page, 'Jonas Berg', 'Disable');
    await page.getByText('Their key is refused until they are enabled again.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('row', { name: /Jonas Berg.*Disabled/ }).waitFor();
    expect(await models()).toBe(401);
    await choose(page, 'Jonas Berg', 'Enable');
    await page.getByRole('row', { name: /Jonas Berg.*Invited/ }).waitFor();
    expect(await models()).toBe(200);

    await choose(page, 'Jonas Berg', 'Reset password');
    await page.getByRole('dialog').getByRole('button', { name: 'Reset password' }).click();
    const password = await page.getByLabel('The password', { exact: true }).textContent();
    expect(password).not.toBe('');
    await page.getByLabel('I have copied it').check();
    await page.getByRole('button', { name: 'Done' }).click();

    await page.getByRole('link', { name: 'Jonas Berg' }).click();
    await page.getByRole('heading', { name: 'Jonas Berg', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'cursor-jonas' }).waitFor();
    await page.getByText('Not signed in anywhere.').waitFor();
    await page.getByRole('button', { name: 'Edit limits' }).click();
    await page.getByLabel('Requests a minute').fill('0.5');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByLabel('Requests a minute').fill('1');
    await page.getByRole('button', { name: 'Add budget' }).click();
    await page.getByRole('spinbutton', { name: 'Amount' }).fill('12');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('of 1/min').waitFor();
    await page.getByText('of $12.00').waitFor();
    expect((await find('jonas@example.org'))?.limits).toMatchObject({
      requestsPerMinute: 1,
      budgets: [{ unit: 'money', period: 'month', amount: 12, action: 'block' }],
    });
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const confirm = page.getByRole('button', { name: 'Delete person' });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Type jonas@example.org to go on').fill('jonas@example.org');
    await confirm.click();
    await page.waitForURL('**/people');
    expect(await find('jonas@example.org')).toBeUndefined();
    expect(await models()).toBe(401);

    portal.expectComplaint(/\/api\/users\/.* 409/);
    await page.goto('/people');
    await choose(page, ADMIN_EMAIL, 'Edit');
    await page.getByLabel('Member').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('alert').getByText('This is the last admin.').waitFor();
  });

  it.each([
    ['light', WIDE],
    ['dark', NARROW],
  ] as const)('is accessible, %s at %j', async (colorScheme, viewport) => {
    const page = await portal.openSignedIn('/people', { colorScheme, viewport });
    await page.getByRole('link', { name: ADMIN_EMAIL, exact: true }).first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await widthOverrun(page)).toBe(0);
    await page.locator('table').getByRole('link', { name: ADMIN_EMAIL }).click();
    await page.getByText('This one').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await widthOverrun(page)).toBe(0);
  });

  it('says when the list cannot be had, and when nobody matches', async () => {
    portal.expectComplaint(/\/api\/users/);
    const page = await portal.open();
    await portal.signIn(page);
    let fails = true;
    await page.route('**/api/users', (route) =>
      fails ? route.fulfill({ status: 503, body: '{}' }) : route.continue(),
    );
    await page.goto('/people');
    await page.getByText('Could not load people').waitFor();
    fails = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('table').waitFor();
    await page.getByLabel('Find a person').fill('zebra');
    await page.getByText('Nobody matches').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.locator('table').waitFor();
  });
});

describeInBrowser('a member', () => {
  it('moves about the frame without a refused request, and is told kindly what is not theirs', async () => {
    const { user, password } = await invite('tom@example.org', 'member');
    const page = await portal.open();
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() === 403) refused.push(response.url());
    });
    await page.goto('/');
    await signIn(page, user.email, password);
    await page.getByLabel('The password you were given').fill(password);
    await page.getByLabel('New password').fill('seven green lanterns');
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Use' }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Admin' }).count()).toBe(0);
    for (const name of ['Live', 'Logs', 'Playground', 'Keys', 'Models']) {
      await page.getByRole('link', { name, exact: true }).first().click();
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.waitForLoadState('networkidle');
    }
    await page.goto('/me');
    await page.getByText('You have no key yet.').waitFor();
    await page.goto('/people');
    await page.getByText('People is not open to your role').waitFor();
    await page.goto(`/people/${user.id}`);
    await page.getByText('People is not open to your role').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(refused).toEqual([]);
  });
});

/** How far the page could be scrolled sideways, px. */
function widthOverrun(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
