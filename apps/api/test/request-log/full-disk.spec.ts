import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayRig } from '../support/gateway-rig';
import { SmallDisk } from '../../../../tools/crash/small-disk.ts';

const disk = SmallDisk.mount(24 * 1024 * 1024);
const withDisk = disk === null ? describe.skip : describe;

withDisk('a full disk', () => {
  let rig: GatewayRig;
  beforeAll(async () => {
    rig = await GatewayRig.start({ variables: { DATA_DIR: join(disk?.folder ?? '', 'data') } });
  });
  afterAll(async () => {
    await rig.stop();
    disk?.unmount();
  });

  const body = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'hello '.repeat(4000) }] };
  const health = async (path = '') => {
    const answer = await fetch(`${rig.gatewayUrl}/health${path}`);
    return { code: answer.status, ...((await answer.json()) as { spool?: { condition: string } }) };
  };

  it('records what runs, refuses what is new, tells it, and takes requests again when there is room', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
    rig.ollama.script({ holdHeaders: held, text: 'The answer came.', times: 3 });
    const running = [1, 2, 3].map(() => rig.post('/v1/chat/completions', body));
    await rig.ollama.waitFor(({ requests }) => requests.length >= 3);
    disk?.fill();
    release(undefined);
    const ids = await Promise.all(
      running.map(async (answer) => {
        const { headers, status } = await answer;
        await (await answer).text();
        expect(status).toBe(200);
        return headers.get('x-request-id') ?? '';
      }),
    );
    const refused = await rig.post('/v1/chat/completions', body);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ error: { code: 'log_unavailable' } });
    expect(await health('/ready')).toMatchObject({ code: 503 });
    expect(await health()).toMatchObject({
      code: 200,
      status: 'degraded',
      spool: { condition: 'disk_full' },
    });
    const metrics = await (await rig.admin('/metrics')).text();
    expect(metrics).toContain('ollameter_spool_accepting 0');
    for (const id of ids)
      expect(await rig.row(id)).toMatchObject({ outcome: 'completed', answer: 'The answer came.' });
    // The refusal is a row as well: it came with a key.
    await expect(rig.row(refused.headers.get('x-request-id') ?? '')).resolves.toMatchObject({
      outcome: 'rejected',
      errorCode: 'log_unavailable',
    });
    disk?.free();
    await rig.eventually(async () => ((await health('/ready')).code === 200 ? true : undefined), 'readiness');
    expect((await rig.post('/v1/chat/completions', body)).status).toBe(200);
    expect(await health()).toMatchObject({ status: 'ok', spool: { condition: 'ok', unaccountedRecords: 0 } });
    expect(readFileSync(join(rig.config.dataDir, 'spool', 'reserve'))).toHaveLength(1024 * 1024);
  });
});
