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

  it('is left by signing out', async () => {
    const page = await portal.openSignedIn('/overview');
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
