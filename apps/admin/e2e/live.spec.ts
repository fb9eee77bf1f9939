import { readFile } from 'node:fs/promises';
import type { LiveState } from '@ollameter/admin-contract';
import { API_KEY } from '../../api/test/support/gateway-rig';
import { describeInBrowser } from './support/chromium';
import { LOOKS, Portal, accessibilityProblems, overflow } from './support/portal';

const MANY = 110;

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start({
    variables: { HOST_SLOTS: '2', QUEUE_MAX_PER_KEY: '200', POWER_WATTS: '396', IDLE_WATTS: '58' },
    ollama: { tokenDelayMs: 5 },
  });
}, 60_000);
afterEach(async () => {
  expect(await portal.closePages()).toEqual([]);
  await idle();
});
afterAll(() => portal.stop());

/** Requests that are answered until their clients leave. */
function ask(count: number): { leave: () => Promise<void> } {
  portal.rig.ollama.script({ times: Infinity, chunks: ['Once ', 'upon ', 'a ', 'time', { stall: true }] });
  const abort = new AbortController();
  const answers = Array.from({ length: count }, async () => {
    const answer = await fetch(`${portal.rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: '{"model":"llama3.1:8b","stream":true,"messages":[{"role":"user","content":"Tell a story"}]}',
      signal: abort.signal,
    });
    await answer.text();
  });
  return {
    leave: async () => {
      abort.abort();
      await Promise.allSettled(answers);
    },
  };
}

async function idle(): Promise<void> {
  portal.rig.ollama.clearScripts();
  await portal.rig.eventually(
    () => Promise.resolve(portal.rig.queued === 0 ? true : undefined),
    'an empty queue',
  );
}

describeInBrowser('what happens now', () => {
  it.each(LOOKS)('is accessible with nothing in flight, %s at %j', async (colorScheme, viewport) => {
    const page = await portal.openSignedIn('/live', { colorScheme, viewport });
    await page.getByText('Nothing is in flight').waitFor();
    await page.getByText('Connected').waitFor();
    await page.getByRole('region', { name: 'Power' }).getByText('58').first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it.each(LOOKS)(
    'is accessible with more in flight than it lists, %s at %j',
    async (colorScheme, viewport) => {
      const crowd = ask(MANY);
      const page = await portal.openSignedIn('/live', { colorScheme, viewport });
      const flight = page.getByRole('region', { name: 'In flight' });
      await flight.getByText(`2 running, ${MANY - 2} waiting`).waitFor();
      await flight.getByText(`and ${MANY - 100} more`).waitFor();
      await flight.getByText('Queued, next').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await crowd.leave();
    },
  );

  it('shows a request as it streams, and cancels it', async () => {
    const page = await portal.openSignedIn('/live');
    await page.getByText('Nothing is in flight').waitFor();
    const one = ask(1);
    const row = page.getByRole('region', { name: 'In flight' }).locator('tbody tr');
    await row.getByText('Generating').waitFor();
    await row.getByRole('cell', { name: '4', exact: true }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'llama3.1:8b' }).waitFor();
    await page.getByRole('button', { name: /^Cancel the request of/ }).click();
    await page.getByText('is being cancelled').waitFor();
    await page.getByText('Nothing is in flight').waitFor();
    await one.leave();
  });

  it('gives its curve as a table and as a file', async () => {
    const page = await portal.openSignedIn('/live');
    await page.getByRole('img', { name: /Power of the last five minutes: now 58/ }).waitFor();
    await page.getByRole('button', { name: 'Power: show as table' }).click();
    await page.getByRole('group', { name: /table/ }).getByText(/58\sW/).first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Power: save as CSV' }).click(),
    ]);
    const [head, first] = (await readFile(await download.path(), 'utf8')).split('\r\n');
    expect(head).toBe('Time,"Power, W"');
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,58$/);
  });

  it('unloads a model that is not in use', async () => {
    await portal.rig.post('/v1/chat/completions', { messages: [{ role: 'user', content: 'Hello' }] });
    const page = await portal.openSignedIn('/live');
    await page.getByRole('button', { name: 'Unload llama3.1:8b' }).click();
    await page.getByText('llama3.1:8b is unloaded.').waitFor();
    await page.getByText('No model is loaded').waitFor();
  });

  it('stands still while it is paused', async () => {
    const page = await portal.openSignedIn('/live');
    await page.getByText('Nothing is in flight').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    const one = ask(1);
    await portal.rig.ollama.nextRequest();
    await page.getByText('Paused').waitFor();
    await page.getByText('Nothing is in flight').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('1 running, 0 waiting').waitFor();
    await one.leave();
  });

  it('says that the gateway is away, and fills itself when it is back', async () => {
    portal.expectComplaint(/\/api\/live/);
    const page = await portal.open();
    await page.clock.install();
    await portal.signIn(page);
    await page.route('**/api/live', (route) => route.fulfill({ status: 503 }));
    await page.goto('/live');
    await page.getByText('The gateway does not answer').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.unroute('**/api/live');
    await page.clock.fastForward(2_000);
    await page.getByText('Nothing is in flight').waitFor();
  });

  it('lets a viewer look and touch nothing', async () => {
    const one = ask(1);
    const page = await portal.openAs('viewer', '/live');
    await page.getByText('1 running, 0 waiting').waitFor();
    expect(await page.getByRole('button', { name: /^(Cancel|Unload)/ }).count()).toBe(0);
    await one.leave();
  });

  it('does not grow, however often the connection breaks', async () => {
    const page = await portal.open();
    await page.clock.install();
    await portal.signIn(page);
    let connections = 0;
    const state = (): LiveState => ({
      at: new Date(Date.now() + connections * 10_000).toISOString(),
      requests: [],
      omitted: 0,
      running: 0,
      queued: connections,
      power: { watts: 100 + (connections % 50), quality: 'measured', hosts: [] },
      hosts: [],
      spool: { records: connections, bytes: 0, oldestAgeMs: 0 },
    });
    // Each connection brings one picture and breaks.
    await page.route('**/api/live', (route) => {
      connections++;
      const body = `retry: 100000\nevent: state\ndata: ${JSON.stringify(state())}\n\n`;
      return route.fulfill({ contentType: 'text/event-stream', body });
    });
    await page.goto('/live');
    const client = await page.context().newCDPSession(page);
    await client.send('Performance.enable');
    const measure = async (): Promise<Record<string, number>> => {
      await client.send('HeapProfiler.collectGarbage');
      const { metrics } = await client.send('Performance.getMetrics');
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    };
    const breakOff = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n++) {
        const seen = connections;
        await page.getByText(`${seen} records in the spool`).waitFor();
        await page.getByText('The connection is lost').waitFor();
        await page.clock.fastForward(31_000);
        await portal.rig.eventually(
          () => Promise.resolve(connections > seen ? true : undefined),
          'another connection',
        );
      }
    };
    // The first ones fill the five minutes of the curve.
    await breakOff(40);
    const before = await measure();
    await breakOff(60);
    const after = await measure();
    expect(connections).toBeGreaterThanOrEqual(100);
    // A leak would be one a connection at least: sixty.
    expect(after['JSEventListeners']).toBeLessThanOrEqual((before['JSEventListeners'] ?? 0) + 10);
    expect(after['Nodes']).toBeLessThanOrEqual((before['Nodes'] ?? 0) + 20);
    expect((after['JSHeapUsedSize'] ?? 0) - (before['JSHeapUsedSize'] ?? 0)).toBeLessThan(1_000_000);
  });
});
