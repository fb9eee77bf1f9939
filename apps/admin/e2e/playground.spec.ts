import type { Page } from '@playwright/test';
import { API_KEY } from '../../api/test/support/gateway-rig';
import { describeInBrowser } from './support/chromium';
import { LOOKS, NARROW, Portal, accessibilityProblems, overflow } from './support/portal';

/** One red pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);
const TABLE =
  'A **table**:\n\n| Load | Energy |\n|---|---|\n| Car | 10 kWh |\n\n```yaml\nat: "00:05:00"\n```\n';

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start({ ollama: { tokenDelayMs: 2 } });
}, 60_000);
afterEach(async () => {
  expect(await portal.closePages()).toEqual([]);
  portal.rig.ollama.clearScripts();
});
afterAll(() => portal.stop());

async function withKey(page: Page, key = API_KEY): Promise<void> {
  await page.getByLabel('API key').fill(key);
}

async function ask(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

function chats() {
  return portal.rig.ollama.requests.filter(({ path }) => path === '/api/chat');
}

/** The body of the last chat that reached the host. */
function lastChat(): unknown {
  return chats().at(-1)?.body;
}

describeInBrowser('the playground', () => {
  it.each(LOOKS)('is accessible before and after an answer, %s at %j', async (colorScheme, viewport) => {
    const page = await portal.openSignedIn('/playground', { colorScheme, viewport });
    await page.getByText('Ask a model something').waitFor();
    await page
      .getByLabel('Model', { exact: true })
      .getByRole('option', { name: 'llama3.1:8b' })
      .waitFor({ state: 'attached' });
    expect(await accessibilityProblems(page)).toEqual([]);
    portal.rig.ollama.script({ thinking: 'Hm.', text: TABLE });
    await withKey(page);
    await ask(page, 'What does it cost?');
    await page.getByText('Done', { exact: true }).waitFor();
    await page.getByRole('cell', { name: '10 kWh' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it('says that the models could not be loaded, and asks again', async () => {
    portal.expectComplaint(/\/api\/models.*500/);
    const page = await portal.open();
    await page.clock.install();
    await portal.signIn(page);
    await page.route(/\/api\/models$/, (route) =>
      route.fulfill({ status: 500, json: { type: 'about:blank', title: 'Broken', status: 500 } }),
    );
    await page.goto('/playground');
    const models = page.getByLabel('Model', { exact: true });
    await models
      .getByRole('option', { name: 'The models could not be loaded' })
      .waitFor({ state: 'attached' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.unroute(/\/api\/models$/);
    await page.clock.fastForward(35_000);
    await models.getByRole('option', { name: 'llama3.1:8b' }).waitFor({ state: 'attached' });
  });

  it('sends penalties and stops by their names', async () => {
    const page = await portal.openSignedIn('/playground');
    await page.getByText('Stop and repetition').click();
    await page.getByLabel('Stop at').fill('END\n###');
    await page.getByLabel('Presence penalty').fill('0.5');
    expect(await accessibilityProblems(page)).toEqual([]);
    await withKey(page);
    await ask(page, 'Hello');
    await page.getByText('Done', { exact: true }).waitFor();
    expect(lastChat()).toMatchObject({ options: { stop: ['END', '###'], presence_penalty: 0.5 } });
  });

  it('has its parameters behind a button where there is no room', async () => {
    const page = await portal.openSignedIn('/playground', { viewport: NARROW });
    const reset = page.getByRole('button', { name: 'Reset' });
    await page.getByText('Ask a model something').waitFor();
    expect(await reset.isVisible()).toBe(false);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Parameters' }).click();
    await reset.waitFor();
    expect(await page.getByLabel('Message').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Parameters' }).click();
    await page.getByLabel('Message').waitFor();
  });

  it('asks through the gateway, shows what it took and leads to its row', async () => {
    const page = await portal.openSignedIn('/playground');
    await withKey(page);
    await page.getByLabel('Model', { exact: true }).selectOption('qwen3:8b');
    await page.getByLabel('System prompt').fill('Be brief.');
    await page.getByLabel('Temperature').fill('0.4');
    await page.getByLabel('Seed').fill('7');
    await page.getByLabel('JSON only').check();
    await page.getByLabel('Message').fill('List two loads');
    await page.keyboard.press('Enter');
    await page.getByText('Done', { exact: true }).waitFor();
    expect(lastChat()).toMatchObject({
      model: 'qwen3:8b',
      format: 'json',
      options: { temperature: 0.4, seed: 7 },
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'List two loads' },
      ],
    });
    await page.getByText(/tokens · .* tok\/s · .* (m?Wh|kWh)/).waitFor();
    const sums = page.getByRole('region', { name: 'This conversation' });
    await sums.getByText('1', { exact: true }).waitFor();
    await sums.getByText(/\$0\.0/).waitFor();
    await page.getByRole('link', { name: 'In the log' }).click();
    await page.getByRole('heading', { name: /qwen3:8b/, level: 1 }).waitFor();
    await page.getByText('List two loads').first().waitFor();
  });

  it('sends pictures and keeps the conversation going', async () => {
    const page = await portal.openSignedIn('/playground');
    await withKey(page);
    await page.getByLabel('Model', { exact: true }).selectOption('gemma3:4b');
    await page
      .getByLabel('Add a picture')
      .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: PNG });
    await page.getByRole('button', { name: 'Remove picture 1' }).waitFor();
    portal.rig.ollama.script({ text: 'A red dot.' });
    await ask(page, 'What is this?');
    await page.getByText('A red dot.').waitFor();
    await page.getByAltText('Picture sent with the question').waitFor();
    await page.getByText('Done', { exact: true }).waitFor();
    expect(lastChat()).toMatchObject({ messages: [{ images: [PNG.toString('base64')] }] });
    await ask(page, 'How large?');
    await page.getByText('How large?', { exact: true }).waitFor();
    await page.getByText('Done', { exact: true }).waitFor();
    expect(lastChat()).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', content: 'A red dot.' },
        { role: 'user', content: 'How large?' },
      ],
    });
    await page.getByText('Done', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'New' }).click();
    await page.getByText('Ask a model something').waitFor();
  });

  it('lets the person answer for a tool', async () => {
    const page = await portal.openSignedIn('/playground');
    await withKey(page);
    await page.getByText('Tools', { exact: true }).click();
    await page.getByLabel('Tools, as a JSON array').fill('[{');
    await page.getByText('The tools are not valid JSON.').waitFor();
    await page.getByRole('button', { name: 'Use an example' }).click();
    portal.rig.ollama.script({
      chunks: [],
      toolCalls: [{ function: { name: 'weather', arguments: { city: 'Oslo' } } }],
    });
    await ask(page, 'Is it cold in Oslo?');
    await page.getByLabel('Result of weather').fill('{"celsius":-4}');
    expect(await accessibilityProblems(page)).toEqual([]);
    portal.rig.ollama.script({ text: 'Yes, four below.' });
    await page.getByRole('button', { name: 'Send results' }).click();
    await page.getByText('Yes, four below.').waitFor();
    expect(lastChat()).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'tool', content: '{"celsius":-4}' }],
    });
  });

  it('stops, and then the host works no more', async () => {
    const page = await portal.openSignedIn('/playground');
    await withKey(page);
    portal.rig.ollama.script({ chunks: ['Once ', 'upon ', { stall: true }] });
    await ask(page, 'Tell a long story');
    await page.getByText('Once upon').waitFor();
    const asked = chats().at(-1);
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await page.keyboard.press('Escape');
    if (asked === undefined) throw new Error('nothing reached the host');
    await portal.rig.ollama.aborted(asked);
    await page.getByText('Stopped').first().waitFor();
    await page.getByText('Once upon').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('says why it was refused, and what broke', async () => {
    portal.expectComplaint(/\/v1\/chat\/completions.*(401|502|500)/);
    portal.expectComplaint(/\/v1\/chat\/completions.*ERR_FAILED/);
    const page = await portal.openSignedIn('/playground');
    await withKey(page, 'sk-om-not-a-key');
    await ask(page, 'Hello');
    await page
      .getByRole('alert')
      .getByText(/API key/i)
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await withKey(page);
    portal.rig.ollama.script({ chunks: ['Half ', { die: true }] });
    await ask(page, 'Hello again');
    await page.getByText('Half').waitFor();
    await page.getByRole('alert').nth(1).waitFor();
    await page.route('**/v1/chat/completions', (route) => route.abort());
    await ask(page, 'And again');
    await page.getByText('The gateway does not answer at').waitFor();
    // The session of the portal has nothing to do with the key.
    await page.getByRole('heading', { name: 'Playground', level: 1 }).waitFor();
  });

  it('gives the same request as a line for a terminal', async () => {
    const page = await portal.openSignedIn('/playground', {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await withKey(page);
    await ask(page, "It's a test");
    await page.getByText('Done', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Code' }).click();
    await page.getByLabel('curl command').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain('Authorization: Bearer $OLLAMETER_KEY');
    expect(copied).toContain(String.raw`It'\''s a test`);
  });

  it('holds a long conversation at its end, unless the reader has gone back', async () => {
    const page = await portal.openSignedIn('/playground');
    await withKey(page);
    const paragraphs = Array.from({ length: 60 }, (_, n) => `Paragraph ${n}.`).join('\n\n');
    portal.rig.ollama.script({ text: paragraphs });
    await ask(page, 'At length, please');
    await page.getByText('Done', { exact: true }).waitFor();
    const log = page.getByRole('log', { name: 'What was said' });
    const fromEnd = () => log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
    expect(await fromEnd()).toBeLessThan(5);
    portal.rig.ollama.script({ text: paragraphs });
    await ask(page, 'Once more');
    await log.evaluate((box) => box.scrollTo({ top: 0 }));
    await page.getByText('Done', { exact: true }).waitFor();
    expect(await log.evaluate((box) => box.scrollTop)).toBe(0);
  });

  it('lets a member use the models of their key', async () => {
    const page = await portal.openAs('member', '/playground');
    await page.getByText('Ask a model something').waitFor();
    await withKey(page);
    await page
      .getByLabel('Model', { exact: true })
      .getByRole('option', { name: 'llama3.1:8b' })
      .waitFor({ state: 'attached' });
    await page.getByLabel('Model', { exact: true }).selectOption('llama3.1:8b');
    await ask(page, 'Hello');
    await page.getByText('Done', { exact: true }).waitFor();
  });
});
