import { randomUUID } from 'node:crypto';
import { GatewayRig } from '../support/gateway-rig';

/** Whoever floods the login, from as many addresses as there are, slows neither `/v1` nor the people who are logged in. */

const GUESSERS = 48;
const ASKED = 30;
const ROUNDS = 4;
/** Hashing without a bound makes it far more. */
const MOST = 5;

let rig: GatewayRig;
beforeAll(async () => {
  // Each guess comes from an address of its own, so that the back-off per address never bites.
  rig = await GatewayRig.start({ variables: { TRUST_PROXY: '127.0.0.1' } });
}, 60_000);
afterAll(() => rig.stop());

let guesses = 0;
async function guess(): Promise<number> {
  guesses++;
  const answer = await fetch(`${rig.adminUrl}/api/auth/login`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': `10.${guesses >> 16}.${(guesses >> 8) & 255}.${guesses & 255}`,
    },
    body: JSON.stringify({ email: `${randomUUID()}@example.org`, password: 'guess' }),
  });
  await answer.text();
  return answer.status;
}

/** Durations in ms of chats that are asked one after the other, the shortest first. */
async function chatMs(): Promise<number[]> {
  const durations: number[] = [];
  for (let n = 0; n < ASKED; n++) {
    const startMs = performance.now();
    const answer = await rig.post('/v1/chat/completions', {
      model: 'llama3.1:8b',
      messages: [{ role: 'user', content: 'Hello.' }],
    });
    await answer.text();
    expect(answer.status).toBe(200);
    durations.push(performance.now() - startMs);
  }
  return durations;
}

/** The same while every guesser guesses without a pause. */
async function floodedChatMs(): Promise<number[]> {
  let flooding = true;
  const statuses: number[] = [];
  const flood = Array.from({ length: GUESSERS }, async () => {
    while (flooding) statuses.push(await guess());
  });
  await rig.eventually(() => Promise.resolve(statuses.length > 0 ? true : undefined), 'the first guess');
  const durations = await chatMs();
  flooding = false;
  await Promise.all(flood);
  expect(new Set(statuses)).toEqual(new Set([401]));
  return durations;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

it('a chat takes hardly longer under a flood of logins than without', async () => {
  await chatMs();
  const quiet: number[] = [];
  const flooded: number[] = [];
  // The machine has other work too, which comes and goes: both are asked in turn.
  for (let round = 0; round < ROUNDS; round++) {
    quiet.push(...(await chatMs()));
    flooded.push(...(await floodedChatMs()));
  }
  expect(median(flooded) / median(quiet)).toBeLessThan(MOST);
}, 120_000);

it('more logins than can wait are told to come back', async () => {
  const statuses = await Promise.all(Array.from({ length: 200 }, guess));
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(64);
});
