import type { Page } from '@playwright/test';
import { API_KEY } from '../../api/test/support/gateway-rig';
import { describeInBrowser } from './support/chromium';
import { LOOKS, NARROW, Portal, accessibilityProblems, overflow } from './support/portal';
import { priceByTheHour } from './support/tariff';

let portal: Portal;
afterEach(async () => expect(await portal.closePages()).toEqual([]));

describeInBrowser('the command palette', () => {
  let id: string;
  beforeAll(async () => {
    portal = await Portal.start();
    const answer = await portal.rig.post('/v1/chat/completions', {
      messages: [{ role: 'user', content: 'The purple elephant' }],
    });
    id = answer.headers.get('x-request-id') ?? '';
    await portal.rig.row(id);
    await portal.rig.admin('/api/keys', { method: 'POST', body: JSON.stringify({ name: 'cursor-jonas' }) });
  }, 60_000);
  afterAll(() => portal.stop());

  async function open(page: Page): Promise<void> {
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Search or jump to' }).waitFor();
  }

  it.each(LOOKS)('is accessible, %s at %j', async (colorScheme, viewport) => {
    const page = await portal.openSignedIn('/overview', { colorScheme, viewport });
    await open(page);
    await page.getByRole('option', { name: /Create a key/ }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it('leads to pages, keys, models and a request, by keyboard alone', async () => {
    const page = await portal.openSignedIn('/overview');
    const jump = async (text: string, option: RegExp, presses = 'Enter'): Promise<void> => {
      await open(page);
      await page.keyboard.type(text);
      await page.getByRole('option', { name: option }).first().waitFor();
      for (const key of presses.split(' ')) await page.keyboard.press(key);
      await page.getByRole('dialog', { name: 'Search or jump to' }).waitFor({ state: 'detached' });
    };
    await jump('mode', /^Models/);
    await page.waitForURL('**/models');
    await jump('jonas', /^cursor-jonas/);
    await page.getByRole('heading', { name: /cursor-jonas/, level: 1 }).waitFor();
    await jump('gemma', /gemma3:4b in the playground/, 'ArrowDown Enter');
    await page.waitForURL('**/playground?model=gemma3:4b');
    await jump(id, /Open this request/);
    await page.waitForURL(`**/logs/${id}`);
    await jump('purple elephant', /Search the log for “purple elephant”/);
    await page.waitForURL('**/logs?q=purple%20elephant');
    await page.getByText('1 request match').waitFor();
  });

  it('does what can be done from anywhere', async () => {
    const page = await portal.openSignedIn('/logs');
    await open(page);
    await page.keyboard.type('dark');
    await page.getByRole('option', { name: 'Dark theme' }).click();
    await page.locator('html[data-theme="dark"]').waitFor();
    await open(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Search or jump to' }).click();
    await page.keyboard.type('create a key');
    await page.getByRole('option', { name: /Create a key/ }).click();
    await page.getByRole('dialog', { name: 'Create key' }).waitFor();
    await page.waitForURL('**/keys');
    // Not over another dialog.
    await page.keyboard.press('Control+k');
    expect(await page.getByRole('dialog').count()).toBe(1);
  });

  it('offers a member only what a member may', async () => {
    const page = await portal.openAs('member', '/overview');
    await open(page);
    await page.keyboard.type('e');
    await page.getByRole('option', { name: /Overview/ }).waitFor();
    const offered = await page.getByRole('option').allTextContents();
    expect(offered.filter((text) => /Create a key|People|Energy|Audit/.test(text))).toEqual([]);
  });

  it('lists the keys of the keyboard', async () => {
    const page = await portal.openSignedIn('/logs');
    await page.getByRole('heading', { name: 'Logs', level: 1 }).waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await help.getByText('Next request').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.keyboard.type('what?');
    expect(await help.count()).toBe(0);
  });
});

describeInBrowser('the frame', () => {
  beforeAll(async () => {
    portal = await Portal.start({ ollama: { tokenDelayMs: 5 } });
    await priceByTheHour(portal.rig);
  }, 60_000);
  afterAll(() => portal.stop());

  it.each(LOOKS)('tells what a kWh costs and until when, %s at %j', async (colorScheme, viewport) => {
    const page = await portal.openSignedIn('/keys', { colorScheme, viewport });
    const meter = page.getByRole('group', { name: 'The meter now' });
    await meter.getByText(/^(12\.1|46\.6|52\.3|\d+(\.\d)?)¢\/kWh$/).waitFor();
    if (viewport.width > 768) {
      await meter.getByText(/(peak) until \d\d:\d\d$/).waitFor();
      await page.locator('.cost .bandbar').waitFor();
      expect(await page.locator('.cost .bandbar i').count()).toBeGreaterThan(2);
    }
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it('counts what is in flight', async () => {
    portal.rig.ollama.script({ times: Infinity, chunks: ['Once ', { stall: true }] });
    const abort = new AbortController();
    const asked = fetch(`${portal.rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: '{"model":"llama3.1:8b","stream":true,"messages":[{"role":"user","content":"Tell a story"}]}',
      signal: abort.signal,
    }).then((answer) => answer.text());
    await portal.rig.ollama.nextRequest();
    const page = await portal.openSignedIn('/logs');
    await page.getByRole('link', { name: 'Live 1 in flight' }).waitFor();
    abort.abort();
    await Promise.allSettled([asked]);
    portal.rig.ollama.clearScripts();
  });

  it('says that a page could not be loaded, and loads it', async () => {
    portal.expectComplaint(/ERR_FAILED|Failed to fetch dynamically imported module|NG0750/);
    const page = await portal.openSignedIn('/overview');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.route(/\.js$/, (route) => route.abort());
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('This page could not be loaded').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.unroute(/\.js$/);
    await page.getByRole('button', { name: 'Load it again' }).click();
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  });
});

describeInBrowser('the first-run guide', () => {
  beforeAll(async () => {
    portal = await Portal.start();
  }, 60_000);
  afterAll(() => portal.stop());

  it('ends with a request that works', async () => {
    const page = await portal.openSignedIn('/', { permissions: ['clipboard-read', 'clipboard-write'] });
    const guide = page.getByRole('region', { name: 'First request' });
    await guide.getByText(/Ollama answers at .*; llama3\.1:8b is there/).waitFor();
    await guide.getByText('Waiting for a request to arrive').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await guide.getByLabel('Name of the program or person').fill('my-script');
    await guide.getByRole('button', { name: 'Make the key' }).click();
    const secret = (await guide.getByLabel('The key').textContent()) ?? '';
    expect(secret).toMatch(/^sk-om-/);
    expect(await guide.getByLabel('Example').textContent()).not.toContain(secret);
    await guide.getByRole('button', { name: 'Copy', exact: true }).last().click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain(`Bearer ${secret}`);
    for (const kind of ['n8n', 'Python', 'JavaScript']) {
      await guide.getByRole('tab', { name: kind }).click();
      expect(await accessibilityProblems(page)).toEqual([]);
    }
    const [, body = ''] = /-d '(.*)'$/s.exec(copied) ?? [];
    const answer = await fetch(/curl (\S+)/.exec(copied)?.[1] ?? '', {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(200);
    await guide.getByText('It arrived.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await guide.getByRole('button', { name: 'Done' }).click();
    await guide.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Help' }).click();
    await page.getByRole('link', { name: 'First-run guide' }).click();
    await guide.waitFor();
    await guide.getByRole('button', { name: 'Close the guide' }).click();
    await page.waitForURL('**/overview');
    await guide.waitFor({ state: 'detached' });
  });

  it('says that no Ollama answers, and finds it when it does', async () => {
    const page = await portal.open({ viewport: NARROW });
    await portal.signIn(page);
    await page.route('**/api/status', async (route) => {
      const answer = await route.fetch();
      const status = (await answer.json()) as { hosts: { reachable: boolean }[] };
      for (const host of status.hosts) host.reachable = false;
      await route.fulfill({ json: status });
    });
    await page.goto('/overview?guide=1');
    const guide = page.getByRole('region', { name: 'First request' });
    await guide.getByText('No Ollama answers yet').waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    // What is under way is answered first: a route is answered once.
    await page.unrouteAll({ behavior: 'wait' });
    await guide.getByText(/Ollama answers at/).waitFor();
  });
});
