import { randomBytes } from 'node:crypto';
import type { AnswerRecord } from '../../../api/src/exchange/exchange-record';
import { LogStoreRepository } from '../../../api/src/request-log/log-store.repository';
import type { GatewayRig } from '../../../api/test/support/gateway-rig';
import { CONVERSATIONS, type Conversation } from './conversations';

const HOUR_MS = 3_600_000;
const BATCH = 500;

/** Decode tokens a second and prompt tokens a second of the models, as a middling GPU has them. */
const SPEEDS: Record<string, readonly [decode: number, prompt: number]> = {
  'llama3.1:8b': [65, 2400],
  'qwen3:32b': [37, 900],
  'gpt-oss:20b': [75, 1900],
  'gemma3:27b': [33, 800],
  'nomic-embed-text:latest': [0, 5200],
};

const KEYS = ['n8n-invoices', 'home-assistant', 'support-bot', 'cursor-jonas', 'paperless', 'mia-notebook'];

/** Requests an hour by the hour of the UTC day, of a small office on the American west coast. */
const BUSY = [24, 16, 9, 6, 5, 4, 4, 5, 7, 6, 3, 2, 2, 3, 6, 14, 28, 40, 44, 42, 38, 35, 40, 33];

/** What a rig gets to look like a gateway that has been in use for some days; ends when its energy is settled. */
export async function seedHistory(rig: GatewayRig, days: number): Promise<void> {
  const random = pseudoRandom(7);
  const keys = await createKeys(rig);
  const nowMs = Date.now();
  const records: AnswerRecord[] = [];
  const startMs = nowMs - days * 24 * HOUR_MS;
  for (let hourMs = startMs; hourMs < nowMs; hourMs += HOUR_MS) {
    const date = new Date(hourMs);
    const weekend = [0, 6].includes(date.getUTCDay()) ? 0.35 : 1;
    const requests = Math.round((BUSY[date.getUTCHours()] ?? 0) * weekend * (0.75 + random() / 2));
    for (let n = 0; n < requests; n++) {
      const atMs = Math.floor(hourMs + random() * HOUR_MS);
      if (atMs < nowMs - 90_000)
        records.push(record(atMs, pick(CONVERSATIONS, random), keys, random, hostOf(rig)));
    }
  }
  records.sort((a, b) => a.atMs - b.atMs);
  const store = rig.app.nest.get(LogStoreRepository);
  for (let from = 0; from < records.length; from += BATCH)
    await store.store(records.slice(from, from + BATCH));
  await settle(rig, startMs);
}

/** The settler begins at the start of the gateway; here it shall also charge what was before. */
async function settle(rig: GatewayRig, fromMs: number): Promise<void> {
  await rig.database.rows('UPDATE energy_frontier SET settled_to_us = $1', [fromMs * 1000]);
  await rig.eventually(
    async () => {
      const [row] = await rig.database.rows<{ waiting: boolean }>(
        `SELECT EXISTS (SELECT FROM request_log AS row WHERE active_to_us IS NOT NULL
            AND NOT EXISTS (SELECT FROM request_energy AS energy WHERE energy.id = row.id)) AS waiting`,
      );
      return row?.waiting === false ? true : undefined;
    },
    'the energy of the history',
    120_000,
  );
}

async function createKeys(rig: GatewayRig): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const name of KEYS) {
    const id = idAt(Date.now());
    await rig.database.rows(
      `INSERT INTO api_key (id, name, prefix, last_four, secret_hash) VALUES ($1, $2, 'sk-om-', $3, $4)`,
      [id, name, name.slice(-4), randomBytes(32)],
    );
    ids.set(name, id);
  }
  return ids;
}

function record(
  atMs: number,
  conversation: Conversation,
  keys: Map<string, string>,
  random: () => number,
  host: string,
): AnswerRecord {
  const [decode, prompt] = SPEEDS[conversation.model] ?? [40, 1000];
  const fate = random();
  const outcome =
    fate < 0.006 ? 'upstream_failed' : fate < 0.012 ? 'client_left' : fate < 0.02 ? 'rejected' : 'completed';
  const served = outcome !== 'rejected';
  const promptTokens = Math.round(conversation.promptTokens * (0.8 + random() * 0.4));
  const completionTokens = Math.round(conversation.completionTokens * (0.7 + random() * 0.6));
  const queueMs = random() < 0.12 ? random() * 2200 : random() * 12;
  const loadMs = random() < 0.02 ? 4000 + random() * 3000 : 0;
  const promptMs = (promptTokens / prompt) * 1000 * (0.9 + random() * 0.3);
  const generateMs = decode === 0 ? 0 : (completionTokens / decode) * 1000 * (0.92 + random() * 0.2);
  const durationMs = served ? queueMs + loadMs + promptMs + generateMs + 4 : 1.2;
  const slotFromUs = Math.round((atMs + queueMs) * 1000);
  const activeFromUs = Math.round(slotFromUs + loadMs * 1000);
  const body = conversation.body();
  return {
    kind: 'answer',
    id: idAt(atMs),
    atMs,
    keyId: keys.get(conversation.key) ?? null,
    keyName: conversation.key,
    model: conversation.model,
    endpoint: decode === 0 ? 'embeddings' : 'chat.completions',
    streamed: conversation.streamed,
    clientAddress: conversation.clientAddress,
    userAgent: conversation.userAgent,
    promptPreview: body.prompt?.slice(0, 200) ?? null,
    host: served ? host : null,
    status: { completed: 200, client_left: 499, rejected: 429, upstream_failed: 502 }[outcome],
    outcome,
    errorCode: {
      completed: null,
      client_left: null,
      rejected: 'rate_limit_exceeded',
      upstream_failed: 'upstream_error',
    }[outcome],
    promptTokens: served ? promptTokens : null,
    completionTokens: served ? completionTokens : null,
    tokensQuality: served ? (outcome === 'completed' ? 'reported' : 'counted') : null,
    durationMs,
    queueMs: served ? queueMs : null,
    loadMs: served ? loadMs : null,
    promptMs: served ? promptMs : null,
    generateMs: served ? generateMs : null,
    ttftMs: served ? queueMs + loadMs + promptMs : null,
    tokensPerSecond: served && generateMs > 0 ? completionTokens / (generateMs / 1000) : null,
    answerPreview: served ? (body.answer?.slice(0, 200) ?? null) : null,
    interval: served
      ? {
          host,
          slotFromUs,
          activeFromUs,
          activeToUs: Math.round(activeFromUs + (promptMs + generateMs) * 1000),
        }
      : null,
    body: served ? body : { ...body, answer: null, response: null },
  };
}

/** One record of this conversation, as it would stand in the log. */
export async function seedConversation(
  rig: GatewayRig,
  conversation: Conversation,
  atMs: number,
): Promise<string> {
  const one = { ...record(atMs, conversation, new Map(), () => 0.5, hostOf(rig)) };
  await rig.app.nest.get(LogStoreRepository).store([one]);
  return one.id;
}

function hostOf(rig: GatewayRig): string {
  return new URL(rig.ollama.url).host;
}

function idAt(atMs: number): string {
  const time = atMs.toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-a${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() ** 1.6 * list.length)] as T;
}

/** mulberry32: the same history every time. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
