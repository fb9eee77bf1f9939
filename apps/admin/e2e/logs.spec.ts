import { get } from 'node:http';
import type { Page } from '@playwright/test';
import type { LogPage } from '@ollameter/admin-contract';
import { API_KEY } from '../../api/test/support/gateway-rig';
import { CONVERSATIONS, INVOICE } from './support/conversations';
import { describeInBrowser } from './support/chromium';
import { seedConversation, seedHistory } from './support/history';
import { LOOKS, Portal, TALL, WIDE, accessibilityProblems, overflow } from './support/portal';

const REFRESH_MS = 12_000;

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start();
  await seedHistory(portal.rig, 2);
}, 120_000);
afterEach(async () => expect(await portal.closePages()).toEqual([]));
afterAll(() => portal.stop());

async function total(query: string): Promise<string> {
  const page = (await (await portal.rig.admin(`/api/logs?${query}`)).json()) as LogPage;
  return page.total.toLocaleString('en-US');
}

describeInBrowser('the log', () => {
  it.each(LOOKS)('is accessible, %s at %j', async (colorScheme, viewport) => {
    const page = await portal.openSignedIn('/logs?q=invoice&outcome=all', { colorScheme, viewport });
    await page.locator('tbody tr').nth(19).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it('searches as one types, marks what it found, and keeps the search in the address', async () => {
    const page = await portal.openSignedIn('/logs');
    await page.locator('tbody tr').nth(19).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('purchase order');
    await page.waitForURL('**/logs?q=purchase%20order');
    await page.getByText(`${await total('q=purchase+order')} requests`).waitFor();
    await page.locator('tbody mark').first().waitFor();
    await page.goBack();
    await page.getByText(`${await total('')} requests`).waitFor();
  });

  it('filters by chips, and says when nothing matches', async () => {
    const page = await portal.openSignedIn('/logs');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a filter' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByLabel('Field').selectOption({ label: 'Model is' });
    await dialog.getByLabel('Value').fill('qwen3:32b');
    await dialog.getByRole('button', { name: 'Add filter' }).click();
    await page.waitForURL('**/logs?model=qwen3:32b');
    await page.getByText(`${await total('model=qwen3:32b')} requests`).waitFor();
    await page.goto('/logs?model=qwen3:32b&key=nobody');
    await page.getByText('No request matches').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove the filter Key is nobody' }).click();
    await page.getByText(`${await total('model=qwen3:32b')} requests`).waitFor();
  });

  it('is narrowed to a stretch of time, by the clock of the zone that is shown', async () => {
    const page = await portal.openSignedIn('/logs');
    const add = async (field: string, value: string): Promise<void> => {
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Add a filter' });
      await dialog.getByLabel('Field').selectOption({ label: field });
      await dialog.getByLabel('Value').fill(value);
      expect(await accessibilityProblems(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Add filter' }).click();
    };
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await add('Time from', `${day}T01:00`);
    await page.waitForURL(/from=.*T01:00:00-0[78]:00/);
    await add('Time before', `${day}T13:30`);
    await page.waitForURL(/to=.*T13:30:00-0[78]:00/);
    await page.getByText(`Timefrom${day} 01:00`).waitFor();
    const query = new URL(page.url()).searchParams.toString();
    await page.getByText(`${await total(query)} requests`).waitFor();
    await page.locator('tbody tr').first().waitFor();
  });

  it('says which filter the gateway does not understand', async () => {
    portal.expectComplaint(/\/api\/logs.*400/);
    const page = await portal.openSignedIn('/logs?status=99');
    await page.getByText('Could not load the log').waitFor();
    await page.getByRole('button', { name: 'Remove the filter Status is 99' }).click();
    await page.locator('tbody tr').first().waitFor();
  });

  it('is walked by keyboard, page by page', async () => {
    const page = await portal.openSignedIn('/logs');
    await page.locator('tbody tr').nth(19).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const second = (await page.locator('tbody a.open').nth(0).getAttribute('href')) ?? '';
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${second}`);
    await page.goBack();
    await page.getByRole('button', { name: 'Older page' }).click();
    await page.waitForURL('**/logs?page=2');
    await page.getByText(/^21–40 of/).waitFor();
  });

  it('goes on at the row that was opened, for who comes back', async () => {
    const page = await portal.openSignedIn('/logs');
    await page.locator('tbody tr').nth(19).waitFor();
    for (const key of ['j', 'j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.waitForURL('**/logs/*');
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.getByRole('button', { name: 'Replay' }).waitFor();
    await page.goBack();
    await page.locator(`#row-${id}:focus`).waitFor();
    await page.keyboard.press('k');
    await page.locator('tbody tr').nth(1).locator('a.open:focus').waitFor();
  });

  it('announces new rows and does not push them under the reader', async () => {
    const page = await portal.open();
    await page.clock.install();
    await portal.signIn(page);
    await page.goto('/logs');
    const first = page.locator('tbody tr').first();
    const before = await first.textContent();
    await portal.rig.post('/v1/chat/completions', { messages: [{ role: 'user', content: 'A new one' }] });
    await portal.rig.eventually(
      async () => ((await total('q=%22A+new+one%22')) === '1' ? true : undefined),
      'the row',
    );
    await page.clock.fastForward(REFRESH_MS);
    await page.getByRole('button', { name: '1 new request matches' }).waitFor();
    expect(await first.textContent()).toBe(before);
    await page.keyboard.press('.');
    await first.getByRole('cell', { name: 'A new one' }).waitFor();
  });

  it.each([1440, 1280, 1024, 768])(
    'leaves out what has no room at %i pixels, never the cost, with dates and long names too',
    async (width) => {
      const atMs = Date.now() - 30 * 3_600_000;
      const named = { key: 'the invoices of the whole office', model: 'nomic-embed-text:latest' };
      await seedConversation(portal.rig, { ...INVOICE, ...named }, atMs);
      const to = new Date(atMs + 1000).toISOString();
      const page = await portal.openSignedIn(`/logs?to=${to}`, { viewport: { width, height: 900 } });
      await page.getByRole('cell', { name: named.key }).first().waitFor();
      expect(await page.getByRole('columnheader', { name: 'Cost' }).isVisible()).toBe(true);
      const hidden = await page
        .locator('.tscroll')
        .evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(hidden).toBe(0);
      // Who asks for a column has it, and scrolls.
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByLabel('Host').check();
      await page.keyboard.press('Escape');
      await page.getByRole('columnheader', { name: 'First token, ms' }).waitFor();
    },
  );

  it('shows the columns that were chosen, and gives itself as a file', async () => {
    const page = await portal.openSignedIn('/logs');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByLabel('Host').check();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Host' }).waitFor();
    await page.reload();
    await page.getByRole('columnheader', { name: 'Host' }).waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
  });
});

describeInBrowser('an export', () => {
  beforeAll(async () => {
    // More than all buffers between the database and the reader hold.
    const long = 'A long answer. '.repeat(500_000);
    const talk = {
      ...INVOICE,
      body: () => ({ prompt: 'long', answer: long, request: null, response: null }),
    };
    for (const minutes of [1, 2, 3, 4])
      await seedConversation(portal.rig, talk, Date.now() - minutes * 60_000);
    await portal.rig.database.rows('ANALYZE request_log');
  });

  /** Begins a file in somebody's name and reads no more of it than its beginning; resolves to how it ends. */
  async function beginExport(page: Page): Promise<{ ended: () => Promise<Error> }> {
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    return new Promise((begun, reject) => {
      const path = '/api/logs/export?format=jsonl&texts=true';
      get(portal.url + path, { headers: { cookie } }, (answer) => {
        answer.once('data', () => {
          answer.pause();
          begun({ ended: () => new Promise((ended) => answer.once('error', ended).resume()) });
        });
      }).on('error', reject);
    });
  }

  it.each(LOOKS)(
    'that runs shows how far it is, and is cancelled, %s at %j',
    async (colorScheme, viewport) => {
      const page = await portal.openSignedIn('/logs', { colorScheme, viewport });
      await page.locator('tbody tr').nth(19).waitFor();
      const { ended } = await beginExport(page);
      await page.reload();
      const shown = page.getByRole('region', { name: 'Export' });
      await shown.getByText('Exporting JSONL').waitFor();
      await shown.getByText(/^[\d,]+ of about [\d,]+ requests · [\d.]+\u2009MB$/).waitFor();
      await shown.getByRole('progressbar').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await shown.getByRole('button', { name: 'Cancel' }).click();
      await shown.waitFor({ state: 'detached' });
      expect(await ended()).toMatchObject({ code: 'ECONNRESET' });
    },
  );

  it('is said to have started; when it is over, nothing more is asked', async () => {
    const page = await portal.open();
    await page.clock.install();
    await portal.signIn(page);
    await page.goto('/logs');
    let asked = 0;
    page.on('request', (request) => (asked += request.url().endsWith('/api/logs/exports') ? 1 : 0));
    await page.locator('tbody tr').nth(19).waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('link', { name: 'CSV' }).click();
    const shown = page.getByRole('region', { name: 'Export' });
    await shown.waitFor();
    await portal.rig.eventually(async () => {
      await page.clock.fastForward(2_000);
      return (await shown.count()) === 0 ? true : undefined;
    }, 'the end');
    const askedUntilThen = asked;
    expect(askedUntilThen).toBeGreaterThan(0);
    const refreshed = page.waitForRequest(/\/api\/logs\?/);
    await page.clock.fastForward(REFRESH_MS);
    await refreshed;
    expect(asked).toBe(askedUntilThen);
  });
});

describeInBrowser('a request', () => {
  let id: string;
  beforeAll(async () => {
    id = await seedConversation(portal.rig, INVOICE, Date.now() - 3_600_000);
  });

  it.each([
    ['light', WIDE],
    ['dark', TALL],
  ] as const)('is accessible, %s at %j', async (colorScheme, viewport) => {
    const page = await portal.openSignedIn(`/logs/${id}`, { colorScheme, viewport });
    await page.getByText('Three lines differ.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it('is shown whole: conversation, tools, thinking, table, time, JSON', async () => {
    const page = await portal.openSignedIn(`/logs/${id}`);
    const conversation = page.getByRole('region', { name: 'Conversation' });
    await conversation.getByRole('cell', { name: '+2,000.00' }).waitFor();
    await conversation.getByText('lookup_order').waitFor();
    await conversation.getByText('Thinking').click();
    await conversation.getByText('that is 50 more for each').waitFor();
    await page.getByText(/first token/).waitFor();
    await conversation.getByRole('button', { name: 'JSON' }).click();
    await conversation.getByText('"tool_call_id": "call_1"').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('explains its cost, to the last digit', async () => {
    const { items } = (await (
      await portal.rig.admin(
        '/api/logs?model=gpt-oss:20b&to=' + new Date(Date.now() - 2 * 3_600_000).toISOString(),
      )
    ).json()) as LogPage;
    const item = items[0]!;
    const page = await portal.openSignedIn(`/logs/${item.id}`);
    const why = page.getByRole('region', { name: 'Why it cost that' });
    await why.getByText(`${item.energyWh} Wh`).waitFor();
    await why.getByText('$0.383/kWh').waitFor();
    await why.getByText(`$${(item.cost ?? '').replace(/0+$/, '')}`).waitFor();
  });

  it('treats what strangers wrote as text', async () => {
    const attack =
      '<img src=x onerror="document.title=1"><script>document.title=2</script> **bold** ![p](https://evil.example/p.png)';
    const evil = {
      ...CONVERSATIONS[0]!,
      body: () => ({
        prompt: attack,
        answer: attack,
        request: JSON.stringify({ messages: [{ role: 'user', content: attack }] }),
        response: JSON.stringify({ choices: [{ message: { role: 'assistant', content: attack } }] }),
      }),
    };
    const page = await portal.openSignedIn(
      `/logs/${await seedConversation(portal.rig, evil, Date.now() - 7_200_000)}`,
    );
    await page.locator('.prose strong', { hasText: 'bold' }).waitFor();
    expect(await page.locator('.prose img, .prose script').count()).toBe(0);
    expect(await page.title()).toBe('Request · Ollameter');
  });

  it('is copied as curl, and its texts can be erased', async () => {
    const page = await portal.openSignedIn(`/logs/${id}`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.getByRole('button', { name: 'Copy as cURL' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(
      /^curl http.*\/v1\/chat\/completions \\\n {2}-H "Authorization: Bearer \$OLLAMETER_KEY"/,
    );
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('button', { name: 'Erase prompt and answer' }).click();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
    await page.getByText('No texts were kept').waitFor();
  });

  it('that is not there says so', async () => {
    portal.expectComplaint(/\/api\/logs\/.*404/);
    const page = await portal.openSignedIn('/logs/0190c0de-0000-7000-8000-000000000001');
    await page.getByText('There is no request with this id.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('is replayed against another model, both answers side by side', async () => {
    const row = await seedConversation(portal.rig, INVOICE, Date.now() - 7_400_000);
    const page = await portal.openSignedIn(`/logs/${row}`);
    await page.getByRole('button', { name: 'Replay' }).click();
    const replay = page.getByRole('region', { name: 'Replay' });
    await replay.getByText('An API key is needed').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await replay.getByLabel('API key').fill(API_KEY);
    await replay.getByLabel('Model to ask').selectOption('qwen3:8b');
    portal.rig.ollama.script({ thinking: 'Let me see.', text: '**One** line differs.' });
    await replay.getByRole('button', { name: 'Replay', exact: true }).click();
    const now = replay.getByRole('article', { name: 'The answer of qwen3:8b now' });
    await now.getByText('Done').waitFor();
    await now.locator('strong', { hasText: 'One' }).waitFor();
    await now.getByText(/\$0\.0/).waitFor();
    await replay
      .getByRole('article', { name: 'The answer of then' })
      .getByText('Three lines differ.')
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    const sent = portal.rig.ollama.requests.filter(({ path }) => path === '/api/chat').at(-1)?.body;
    expect(sent).toMatchObject({ model: 'qwen3:8b', options: { temperature: 0.2 } });
    expect((sent as { messages: unknown[] }).messages).toHaveLength(4);

    portal.rig.ollama.script({ chunks: ['Half ', { die: true }] });
    await replay.getByRole('button', { name: 'Replay', exact: true }).click();
    await replay.getByRole('alert').waitFor();
    portal.rig.ollama.script({ chunks: ['On ', 'and ', { stall: true }] });
    await replay.getByRole('button', { name: 'Replay', exact: true }).click();
    await replay.getByRole('button', { name: 'Stop' }).click();
    await replay.getByText('Stopped').waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it('of which no text was kept is not replayed, and says why', async () => {
    const bare = { ...INVOICE, body: () => ({ prompt: null, answer: null, request: null, response: null }) };
    const page = await portal.openSignedIn(
      `/logs/${await seedConversation(portal.rig, bare, Date.now() - 7_300_000)}`,
    );
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('The full request was not kept').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
