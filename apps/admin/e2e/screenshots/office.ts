import type {
  KeyInput,
  KeyPage,
  KeyWithSecret,
  LogPage,
  UserItem,
  UserWithPassword,
} from '@ollameter/admin-contract';
import type { GatewayRig, GatewayRigOptions } from '../../../api/test/support/gateway-rig';
import { seedHistory } from '../support/history';
import { ADMIN_EMAIL } from '../support/portal';
import { priceByTheHour } from '../support/tariff';

const DAYS = 57;

/** One machine with two graphics cards, and what it holds. */
export const OFFICE: GatewayRigOptions = {
  variables: { HOST_SLOTS: '3', POWER_WATTS: '396', IDLE_WATTS: '58' },
  ollama: {
    slots: 4,
    maxLoadedModels: 5,
    tokensPerSecond: 38,
    promptTokensPerSecond: 60,
    answerTokens: 4000,
    models: [
      { name: 'llama3.1:8b' },
      {
        name: 'qwen3:32b',
        family: 'qwen3',
        parameterSize: '32.8B',
        sizeBytes: 20_201_253_888,
        contextLength: 40_960,
        capabilities: ['completion', 'tools', 'thinking'],
      },
      {
        name: 'gpt-oss:20b',
        family: 'gptoss',
        parameterSize: '20.9B',
        quantization: 'MXFP4',
        sizeBytes: 13_793_441_244,
        capabilities: ['completion', 'tools', 'thinking'],
      },
      {
        name: 'gemma3:27b',
        family: 'gemma3',
        parameterSize: '27.4B',
        sizeBytes: 17_396_936_387,
        capabilities: ['completion', 'vision'],
      },
      { name: 'nomic-embed-text', capabilities: ['embedding'] },
    ],
  },
};

const PEOPLE = [
  { email: 'mia@example.org', name: 'Mia Sandoval', role: 'operator' },
  { email: 'jonas@example.org', name: 'Jonas Berg', role: 'member' },
  { email: 'priya@example.org', name: 'Priya Raman', role: 'viewer' },
] as const;

const budget = (amount: number): KeyInput['limits'] => ({
  budgets: [{ unit: 'money', period: 'month', amount, action: 'block' }],
});
const KEYS: Record<string, Omit<KeyInput, 'name'> & { owner: string }> = {
  'n8n-invoices': {
    owner: 'mia@example.org',
    allowedModels: ['llama3.1:8b', 'gpt-oss:20b'],
    limits: { ...budget(5), requestsPerMinute: 120, concurrentRequests: 4 },
  },
  'home-assistant': {
    owner: 'jonas@example.org',
    allowedModels: ['llama3.1:8b'],
    limits: { ...budget(2), requestsPerMinute: 60 },
  },
  'support-bot': {
    owner: ADMIN_EMAIL,
    allowedModels: ['qwen3:32b'],
    limits: { ...budget(6), concurrentRequests: 2 },
  },
  'cursor-jonas': { owner: 'jonas@example.org', limits: { requestsPerMinute: 120 } },
  paperless: {
    owner: 'mia@example.org',
    priority: 'batch',
    allowedModels: ['gemma3:27b', 'nomic-embed-text'],
    limits: budget(1),
  },
  'mia-notebook': { owner: 'mia@example.org', limits: budget(3) },
};

/** What is in flight when Live is drawn: three that run, two that wait. */
const IN_FLIGHT = [
  ['support-bot', 'qwen3:32b', 'A customer asks for a third copy of the invoice. '],
  ['n8n-invoices', 'llama3.1:8b', 'Extract supplier, total and due date from this invoice. '],
  ['cursor-jonas', 'gpt-oss:20b', 'Add a unit test: an invoice with a negative line. '],
  ['paperless', 'gemma3:27b', 'Suggest a title and tags for this scan. '],
  ['mia-notebook', 'qwen3:32b', 'Write a friendly reminder. '],
] as const;

/** A small office that has used its gateway for a month. */
export class Office {
  private readonly secrets = new Map<string, string>();
  private abort = new AbortController();

  private constructor(
    private readonly rig: GatewayRig,
    /** A request worth looking at. */
    readonly requestId: string,
    readonly keyId: string,
  ) {}

  static async found(rig: GatewayRig): Promise<Office> {
    await priceByTheHour(rig);
    await seedHistory(rig, DAYS);
    const asked = (await send(rig, 'GET', '/api/logs?key=n8n-invoices&model=gpt-oss:20b')) as LogPage;
    const people = new Map<string, string>();
    for (const person of PEOPLE) {
      const { user } = (await send(rig, 'POST', '/api/users', person)) as UserWithPassword;
      people.set(user.email, user.id);
    }
    const { items } = (await send(rig, 'GET', '/api/users')) as { items: UserItem[] };
    const ada = items.find(({ email }) => email === ADMIN_EMAIL);
    people.set(ADMIN_EMAIL, ada?.id ?? '');
    await send(rig, 'PATCH', `/api/users/${ada?.id}`, { name: 'Ada Larsen' });
    const keys = (await send(rig, 'GET', '/api/keys')) as KeyPage;
    const secrets = new Map<string, string>();
    for (const key of keys.items) {
      const plan = KEYS[key.name];
      if (plan === undefined) continue;
      const { owner, ...input } = plan;
      await send(rig, 'PATCH', `/api/keys/${key.id}`, { ...input, ownerId: people.get(owner) });
      const rotated = (await send(rig, 'POST', `/api/keys/${key.id}/rotate`, {
        graceSeconds: 0,
      })) as KeyWithSecret;
      secrets.set(key.name, rotated.secret);
    }
    const old = (await send(rig, 'POST', '/api/keys', { name: 'old-laptop' })) as KeyWithSecret;
    await send(rig, 'POST', `/api/keys/${old.id}/revoke`, { reason: 'left on a train' });
    await rig.database.rows(
      `UPDATE api_key SET last_used_at = last.at
        FROM (SELECT key_id, max(at) AS at FROM request_log GROUP BY key_id) AS last WHERE last.key_id = api_key.id`,
    );
    await send(rig, 'PUT', '/api/models/aliases/gpt-4o', { model: 'qwen3:32b' });
    const keyId = keys.items.find(({ name }) => name === 'n8n-invoices')?.id ?? '';
    const office = new Office(rig, asked.items[0]?.id ?? '', keyId);
    for (const [name, secret] of secrets) office.secrets.set(name, secret);
    return office;
  }

  secretOf(key: string): string {
    return this.secrets.get(key) ?? '';
  }

  /** Sends what is in flight; the requests last until `rest`. */
  async work(): Promise<void> {
    for (const [key, model, text] of IN_FLIGHT) {
      const before = this.rig.queued + this.rig.ollama.requests.length;
      void fetch(`${this.rig.gatewayUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.secretOf(key)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: text.repeat(6) }] }),
        signal: this.abort.signal,
      })
        .then((answer) => answer.text())
        .catch(() => undefined);
      await this.rig.eventually(
        () => Promise.resolve(this.rig.queued + this.rig.ollama.requests.length > before ? true : undefined),
        `the request of ${key}`,
      );
    }
  }

  /** Ends what is in flight. */
  async rest(): Promise<void> {
    this.abort.abort();
    this.abort = new AbortController();
    await this.rig.eventually(
      () => Promise.resolve(this.rig.queued === 0 ? true : undefined),
      'an empty queue',
    );
  }
}

async function send(rig: GatewayRig, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await rig.admin(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}
