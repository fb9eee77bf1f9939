import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chat, makeKey } from '../keys/keys-rig';
import { GatewayRig } from '../support/gateway-rig';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
});
afterAll(() => rig.stop());

async function scrape(): Promise<Map<string, number>> {
  const answer = await rig.admin('/metrics');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const samples = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

it('counts a request, its tokens and its energy', async () => {
  rig.ollama.script({ text: 'Hi.', done: { metrics: { prompt_eval_count: 7, eval_count: 2 } } });
  const answer = await rig.post('/v1/chat/completions', {
    model: 'llama3.1:8b',
    messages: [{ role: 'user', content: 'Hello' }],
  });
  await answer.json();
  await rig.row(answer.headers.get('x-request-id') ?? '', ({ energyQuality }) => energyQuality !== 'pending');
  const samples = await scrape();
  expect(
    samples.get(
      'ollameter_requests_total{endpoint="chat.completions",model="llama3.1:8b",outcome="completed"}',
    ),
  ).toBe(1);
  expect(samples.get('ollameter_tokens_total{model="llama3.1:8b",kind="prompt"}')).toBe(7);
  expect(samples.get('ollameter_tokens_total{model="llama3.1:8b",kind="completion"}')).toBe(2);
  expect(samples.get('ollameter_time_to_first_token_seconds_count{model="llama3.1:8b"}')).toBe(1);
  const host = new URL(rig.ollama.url).host;
  expect(samples.get(`ollameter_host_up{host="${host}"}`)).toBe(1);
  expect(samples.get(`ollameter_slots{host="${host}"}`)).toBe(4);
  expect(samples.get(`ollameter_energy_joules{host="${host}",kind="request"}`)).toBeGreaterThan(0);
  expect(samples.get('ollameter_database_up')).toBe(1);
  expect([...samples.keys()]).toContain('ollameter_nodejs_eventloop_lag_seconds');
});

it.each(['deploy/grafana/ollameter.json', 'deploy/prometheus/alerts.yaml'])(
  '%s asks for series that a scrape has, by labels that they have',
  async (file) => {
    const text = readFileSync(resolve(__dirname, '../../../..', file), 'utf8');
    const queries = file.endsWith('.json')
      ? [...text.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(
          ([, quoted]) => JSON.parse(quoted ?? '') as string,
        )
      : text.split('- alert:').filter((rule) => rule.includes('expr:'));
    expect(queries.length).toBeGreaterThan(8);
    const series = [...(await scrape()).keys()];
    // Told only where a host has a meter, and a tariff a price URL.
    const elsewhere = new Set(['ollameter_meter_silent', 'ollameter_price_fetch_failing']);
    for (const query of queries) {
      const names = [...new Set(query.match(/\bollameter_[a-z0-9_]+/g))].filter(
        (name) => !elsewhere.has(name),
      );
      const asked = [...query.matchAll(/by \(([^)]*)\)|(\w+)=~?"|\$labels\.(\w+)/g)]
        .flatMap(([, grouped, matched, told]) => grouped?.split(',') ?? [matched ?? told ?? ''])
        .map((label) => label.trim())
        .filter((label) => label !== 'job');
      for (const name of names) {
        const samples = series.filter((sample) => sample === name || sample.startsWith(`${name}{`));
        expect([name, samples.length]).not.toEqual([name, 0]);
        for (const label of asked)
          expect([name, label, samples.every((sample) => sample.includes(`${label}="`))]).toEqual([
            name,
            label,
            true,
          ]);
      }
    }
  },
);

it('names that clients make up become one series, and strangers none', async () => {
  for (const model of ['made-up-1', 'made-up-2'])
    await rig.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hello' }] });
  await fetch(`${rig.gatewayUrl}/v1/models`, { headers: { authorization: 'Bearer of-nobody-0123456789' } });
  const names = [...(await scrape()).keys()].filter((name) => name.startsWith('ollameter_requests_total'));
  expect(names.join('\n')).not.toMatch(/made-up/);
  expect(names).toContain(
    'ollameter_requests_total{endpoint="chat.completions",model="(unknown)",outcome="rejected"}',
  );
});

it('counts whom limits stopped, by their kinds and never by key', async () => {
  const day = { unit: 'tokens', period: 'day', amount: 5 } as const;
  const fast = await makeKey(rig, { limits: { requestsPerMinute: 1 } });
  const spent = await makeKey(rig, { limits: { budgets: [{ ...day, action: 'block' }] } });
  const warned = await makeKey(rig, { limits: { budgets: [{ ...day, action: 'warn' }] } });
  for (const { secret } of [fast, spent, warned]) {
    rig.ollama.script({ text: 'Hi.', done: { metrics: { prompt_eval_count: 7, eval_count: 2 } } });
    await chat(rig.gatewayUrl, secret);
    await chat(rig.gatewayUrl, secret);
  }
  const samples = [...(await scrape())].filter(([name]) => /limit_refusals|budget_warnings/.test(name));
  expect(Object.fromEntries(samples)).toEqual({
    'ollameter_limit_refusals_total{limit="requests",holder="key"}': 1,
    'ollameter_limit_refusals_total{limit="budget_tokens",holder="key"}': 1,
    'ollameter_budget_warnings_total{limit="budget_tokens",holder="key"}': 1,
  });
});

it('is closed to who has no token, and open where METRICS_PUBLIC says so', async () => {
  expect((await fetch(`${rig.adminUrl}/metrics`)).status).toBe(401);
  expect((await fetch(`${rig.gatewayUrl}/metrics`)).status).toBe(404);
  const open = await GatewayRig.start({ variables: { METRICS_PUBLIC: 'true' } });
  try {
    expect((await fetch(`${open.adminUrl}/metrics`)).status).toBe(200);
  } finally {
    await open.stop();
  }
});
