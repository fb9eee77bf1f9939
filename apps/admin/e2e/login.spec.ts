import type { TotpSetup } from '@ollameter/admin-contract';
import { Secret, TOTP } from 'otpauth';
import type { Page } from '@playwright/test';
import { freePort } from '../../api/test/support/free-port';
import { CLIENT_ID, CLIENT_SECRET, OidcServer } from '../../api/test/support/oidc-server';
import { describeInBrowser } from './support/chromium';
import { ADMIN_EMAIL, ADMIN_PASSWORD, NARROW, Portal, WIDE, accessibilityProblems } from './support/portal';

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start();
}, 60_000);
afterEach(async () => expect(await portal.closePages()).toEqual([]));
afterAll(() => portal.stop());

describeInBrowser('the login', () => {
  it('lets a person in and leads to where they wanted to go', async () => {
    const page = await portal.open();
    await page.goto('/logs?model=llama3.1:8b');
    await page.getByLabel('E-mail').fill(ADMIN_EMAIL);
    await page.getByLabel('Password').fill(ADMIN_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Logs', level: 1 }).waitFor();
    expect(page.url()).toBe(`${portal.url}/logs?model=llama3.1:8b`);
  });

  it('says what is wrong, and nothing about which of the two', async () => {
    portal.expectComplaint(/\/api\/auth\/login .*401/);
    const page = await portal.open();
    await page.goto('/login');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Your e-mail address is needed.').waitFor();
    await page.getByLabel('E-mail').fill('nobody@example.org');
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
  });

  it('asks for the code of an account with a second factor', async () => {
    portal.expectComplaint(/\/api\/auth\/login .*401/);
    const setUp = await portal.open();
    await portal.signIn(setUp);
    const headers = { origin: portal.url };
    const { secret } = (await (await setUp.request.post('/api/me/totp', { headers })).json()) as TotpSetup;
    const codeAt = (timestamp: number) =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });
    // The code of the step before, so that the one of now is not used up.
    const data = { code: codeAt(Date.now() - 30_000) };
    expect((await setUp.request.post('/api/me/totp/confirm', { data, headers })).status()).toBe(200);

    const page = await portal.open();
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(ADMIN_EMAIL);
    await page.getByLabel('Password').fill(ADMIN_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Code').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByLabel('Code').fill('000000');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The code is wrong, or was used before.').waitFor();
    await page.getByLabel('Code').fill(codeAt(Date.now()));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();

    const off = await setUp.request.post('/api/me/totp/disable', {
      data: { password: ADMIN_PASSWORD },
      headers,
    });
    expect(off.ok()).toBe(true);
  });

  it('is left by signing out', async () => {
    const page = await portal.openSignedIn('/overview');
    // What the page was still asking for is refused once the session has ended.
    portal.expectComplaint(/401 \(Unauthorized\)/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.goto('/overview');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it.each([
    ['light', WIDE],
    ['dark', NARROW],
  ] as const)('is accessible, %s', async (colorScheme, viewport) => {
    const page = await portal.open({ colorScheme, viewport });
    await page.goto('/login');
    await page.getByLabel('E-mail').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

describeInBrowser('the login with a provider', () => {
  let office: Portal;
  let provider: OidcServer;
  beforeAll(async () => {
    const port = await freePort();
    office = await Portal.start({
      variables: {
        OIDC_ISSUER: `http://127.0.0.1:${port}`,
        OIDC_CLIENT_ID: CLIENT_ID,
        OIDC_CLIENT_SECRET: CLIENT_SECRET,
        OIDC_NAME: 'Example Org',
        OIDC_ROLES: 'viewer=staff',
      },
    });
    provider = await OidcServer.start(`${office.url}/api/auth/oidc/callback`, port);
    const known = { email_verified: true };
    provider.people.set('mia', { ...known, email: 'mia@example.org', name: 'Mia', groups: ['staff'] });
    provider.people.set('eve', { ...known, email: 'eve@example.org', groups: [] });
  }, 60_000);
  afterEach(async () => expect(await office.closePages()).toEqual([]));
  afterAll(async () => {
    await provider.stop();
    await office.stop();
  });

  async function signInThere(page: Page, name: string, path = '/login'): Promise<void> {
    // The provider's own pages.
    office.expectComplaint(/fonts\.googleapis\.com|favicon\.ico/);
    await page.goto(path);
    await page.getByRole('link', { name: 'Sign in with Example Org' }).click();
    await page.locator('input[name=login]').fill(name);
    await page.locator('input[name=password]').fill('any');
    await page.locator('[type=submit]').click();
    await page.locator('[type=submit]').click();
  }

  it('lets in whom the provider knows and a role matches', async () => {
    const page = await office.open();
    await page.goto('/login');
    await page.getByRole('link', { name: 'Sign in with Example Org' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await signInThere(page, 'mia');
    await page.getByRole('link', { name: /^Me:/ }).click();
    await page.getByText('mia@example.org, viewer').waitFor();
    await page.getByRole('link', { name: 'Account and security' }).click();
    await page.getByText('There is no password here to change.').waitFor();
  });

  it('leads back to the page that was asked for', async () => {
    const page = await office.open();
    await signInThere(page, 'mia', '/logs?model=llama3.1:8b');
    await page.getByRole('heading', { name: 'Logs', level: 1 }).waitFor();
    expect(page.url()).toBe(`${office.url}/logs?model=llama3.1:8b`);
  });

  it('says why somebody is refused', async () => {
    const page = await office.open();
    await signInThere(page, 'eve', '/keys');
    await page.getByRole('alert').getByText('Your account there may not sign in here.').waitFor();
    expect(new URL(page.url()).searchParams.get('returnTo')).toBe('/keys');
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
