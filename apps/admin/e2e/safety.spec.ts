import type { KeyWithSecret } from '@ollameter/admin-contract';
import type { Page } from '@playwright/test';
import { CONVERSATIONS } from './support/conversations';
import { describeInBrowser } from './support/chromium';
import { seedConversation } from './support/history';
import { ADMIN_EMAIL, ADMIN_PASSWORD, Portal } from './support/portal';

/** Every kind of page that has an address of its own. */
const PAGES = [
  '/overview',
  '/live',
  '/logs',
  '/playground',
  '/keys',
  '/models',
  '/energy',
  '/energy/tariff',
  '/energy/tariff/new',
  '/energy/meters',
  '/energy/statements',
  '/people',
  '/audit',
  '/settings',
  '/me',
  '/me/account',
  '/me/tokens',
  '/nowhere',
];

/** What would run, load or lead elsewhere where it became HTML; each short enough for the name of a key. */
const ATTACKS = [
  '<img src=x data-attack onerror="window.attacked=1">',
  '<script data-attack>window.attacked=2</script>',
  '<svg data-attack onload="window.attacked=3"></svg>',
  '"><iframe data-attack srcdoc="<script>parent.attacked=4</script>"></iframe>',
  "' autofocus onfocus='window.attacked=5' data-attack='",
  '<a data-attack href="javascript:window.attacked=6">x</a>',
  '<math><mtext><table><mglyph><style><img data-attack src=x onerror=window.attacked=7>',
  '<form data-attack action=https://evil.example><button>x</button></form>',
  '<link data-attack rel=stylesheet href=https://evil.example/a.css>',
  '{{constructor.constructor("window.attacked=8")()}}',
];
/** The same in markdown's own words. */
const MARKDOWN = [
  ...ATTACKS,
  '[x](javascript:window.attacked=9)',
  '[x](data:text/html,<script>window.attacked=10</script>)',
  '![x](https://evil.example/p.png)',
  '`<img data-attack src=x onerror=window.attacked=11>`',
  '```html"><img data-attack src=x onerror=window.attacked=12>\n<script data-attack>window.attacked=13</script>\n```',
  '| <img data-attack src=x onerror=window.attacked=14> |\n|---|\n| <script data-attack>1</script> |',
].join('\n\n');
const NAME = ATTACKS[0] ?? '';

let portal: Portal;
beforeAll(async () => {
  portal = await Portal.start();
}, 60_000);
afterEach(async () => expect(await portal.closePages()).toEqual([]));
afterAll(() => portal.stop());

/** Whether the page refuses what its policies are there for: markup from a string, a script, a style, another site. */
function refusals(page: Page) {
  return page.evaluate(async () => {
    const refuses = (attempt: () => unknown): boolean => {
      try {
        attempt();
        return false;
      } catch {
        return true;
      }
    };
    const script = document.createElement('script');
    return {
      markup: refuses(() => (document.createElement('div').innerHTML = '<i></i>')),
      scriptText: refuses(() => (script.text = 'window.ran = 1')),
      policy: refuses(() => trustedTypes.createPolicy('mine', {})),
      elsewhere: await fetch('http://127.0.0.1:1/').then(
        () => false,
        () => true,
      ),
    };
  });
}

declare const trustedTypes: { createPolicy: (name: string, rules: object) => unknown };

/** What of an attack has become part of the page. */
async function traces(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const bad =
      'om-root [data-attack], om-root :is(script, iframe, object, embed, link, base, form[action*="evil"])';
    const elements = [...document.querySelectorAll(bad)].map((element) => element.outerHTML);
    const links = [...document.querySelectorAll('a')]
      .map((link) => link.getAttribute('href') ?? '')
      .filter((href) => /^\s*(javascript|data|vbscript):/i.test(href));
    const ran = Object.hasOwn(window, 'attacked') ? ['a script ran'] : [];
    return [...elements, ...links, ...ran];
  });
}

describeInBrowser('the policy', () => {
  it.each(['/login', ...PAGES])('holds at %s, and a breach fails the test', async (path) => {
    const page = path === '/login' ? await portal.open() : await portal.openSignedIn(path);
    const answer = await page.goto(path);
    await page.getByRole('heading').first().waitFor();
    await page.waitForLoadState('networkidle');
    const policy = (await answer?.headerValue('content-security-policy')) ?? '';
    expect(policy).toMatch(/require-trusted-types-for 'script'/);
    expect(/script-src[^;]*/.exec(policy)?.[0]).not.toMatch(/unsafe|\*/);
    expect(await portal.complaintsSoFar()).toEqual([]);
    expect(await refusals(page)).toEqual({
      markup: true,
      scriptText: true,
      policy: true,
      elsewhere: true,
    });
    const told = (await portal.complaintsSoFar()).join('\n');
    expect(told).toMatch(/CSP: require-trusted-types-for/);
    expect(told).toMatch(/CSP: trusted-types/);
    expect(told).toMatch(/CSP: connect-src/);
    portal.forgetComplaints();
  });
});

describeInBrowser('what strangers wrote', () => {
  let key: KeyWithSecret;
  let requestId: string;
  beforeAll(async () => {
    const { rig } = portal;
    const post = (path: string, body: object) =>
      rig.admin(path, { method: 'POST', body: JSON.stringify(body) });
    for (const name of ATTACKS) {
      const made = await post('/api/keys', { name });
      if (!made.ok) throw new Error(await made.text());
      if (name === NAME) key = (await made.json()) as KeyWithSecret;
    }
    await post('/api/users', { email: 'eve@example.org', name: NAME, role: 'member' });
    for (const [at, attack] of ATTACKS.entries()) {
      const call = {
        id: attack,
        type: 'function',
        function: { name: attack, arguments: JSON.stringify({ a: MARKDOWN }) },
      };
      requestId = await seedConversation(
        rig,
        {
          ...CONVERSATIONS[0]!,
          key: attack,
          model: attack,
          userAgent: attack,
          body: () => ({
            prompt: MARKDOWN,
            answer: MARKDOWN,
            request: JSON.stringify({
              model: attack,
              tools: [{ type: 'function', function: { name: attack, description: MARKDOWN } }],
              messages: [
                { role: 'system', content: MARKDOWN },
                {
                  role: 'user',
                  content: [
                    { type: 'text', text: MARKDOWN },
                    { type: 'image_url', image_url: { url: `javascript:${attack}` } },
                  ],
                },
                { role: 'assistant', content: MARKDOWN, tool_calls: [call] },
                { role: 'tool', tool_call_id: attack, content: MARKDOWN },
              ],
            }),
            response: JSON.stringify({
              choices: [
                {
                  message: {
                    role: 'assistant',
                    content: MARKDOWN,
                    reasoning_content: MARKDOWN,
                    tool_calls: [call],
                  },
                  finish_reason: attack,
                },
              ],
            }),
          }),
        },
        Date.now() - 60_000 * (at + 2),
      );
    }
  });

  /** A page whose browser says that it is an attack, and that may ask nobody but this machine. */
  async function open(path: string): Promise<Page> {
    const page = await portal.open({ userAgent: NAME });
    page.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|data:)/.test(request.url())) throw new Error(`asked ${request.url()}`);
    });
    const login = { email: ADMIN_EMAIL, password: ADMIN_PASSWORD };
    await page.request.post('/api/auth/login', { data: login, headers: { 'user-agent': NAME } });
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  }

  it.each([
    ['/overview', 'om-ranking', 'attacked=1'],
    ['/logs', 'tbody', 'attacked=1'],
    ['/logs?q=onerror', 'tbody', 'attacked=1'],
    ['/keys', 'tbody', 'attacked=1'],
    ['/people', 'tbody', 'attacked=1'],
    ['/audit', 'main', 'attacked=1'],
    // Of a program that is not known the first word.
    ['/me/account', 'om-session-card', '<img'],
  ])('is text at %s', async (path, place, text) => {
    const page = await open(path);
    await page.locator(place).getByText(text).first().waitFor();
    await page.waitForLoadState('networkidle');
    expect(await traces(page)).toEqual([]);
  });

  it('is text in a conversation, its tools, its thinking and its JSON', async () => {
    const page = await open(`/logs/${requestId}`);
    const conversation = page.getByRole('region', { name: 'Conversation' });
    await conversation.locator('.prose').first().waitFor();
    for (const folded of await conversation.locator('summary').all()) await folded.click();
    await conversation.getByText('attacked=9').first().waitFor();
    expect(await traces(page)).toEqual([]);
    await conversation.getByRole('button', { name: 'JSON' }).click();
    await conversation.getByText('"tool_call_id"').waitFor();
    expect(await traces(page)).toEqual([]);
  });

  it('is text on the page of a key, in its dialogs and in the palette', async () => {
    const page = await open(`/keys/${key.id}`);
    await page.getByRole('heading', { level: 1 }).getByText('attacked=1').waitFor();
    await page.waitForLoadState('networkidle');
    expect(await traces(page)).toEqual([]);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('attacked');
    await page
      .getByRole('option', { name: /attacked=/ })
      .first()
      .waitFor();
    expect(await traces(page)).toEqual([]);
  });

  it('is text while it streams, and in the playground', async () => {
    portal.rig.ollama.script({ thinking: MARKDOWN, chunks: [MARKDOWN, { stall: true }] });
    const abort = new AbortController();
    const asked = fetch(`${portal.rig.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key.secret}`,
        'content-type': 'application/json',
        'user-agent': NAME,
      },
      body: '{"model":"llama3.1:8b","stream":true,"messages":[{"role":"user","content":"Hello"}]}',
      signal: abort.signal,
    }).then((answer) => answer.text());
    const page = await open('/live');
    await page.locator('main').getByText('attacked=1').first().waitFor();
    expect(await traces(page)).toEqual([]);
    abort.abort();
    await Promise.allSettled([asked]);
    portal.rig.ollama.clearScripts();

    portal.rig.ollama.script({ thinking: MARKDOWN, text: MARKDOWN });
    await page.goto('/playground');
    await page.getByLabel('API key').fill(key.secret);
    await page.getByLabel('Message').fill(MARKDOWN);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.prose').getByText('attacked=1"').first().waitFor();
    await page.waitForLoadState('networkidle');
    expect(await traces(page)).toEqual([]);
  });
});
