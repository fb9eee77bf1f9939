import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const CLIENT_ID = 'ollameter';
export const CLIENT_SECRET = 'a-secret-between-the-two-of-them';

/** A real OpenID provider on loopback; whoever logs in as `name` has the claims kept under it. */
export class OidcServer {
  readonly people = new Map<string, Record<string, unknown>>();

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  /** @param port 0 takes any that is free */
  static async start(redirectUri: string, port = 0): Promise<OidcServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const oidc = new OidcServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const provider = new Provider(oidc.issuer, {
      clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirectUri] }],
      claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
      pkce: { required: () => true },
      cookies: { keys: ['of the test'] },
      findAccount: (_context: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, ...oidc.people.get(id) }),
      }),
    });
    const handle = provider.callback();
    server.on('request', (request, response) => void handle(request, response));
    return oidc;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** A browser without pages: follows redirects, keeps cookies, fills in the provider's two forms. */
export class FormBrowser {
  private readonly cookies = new Map<string, Map<string, string>>();

  constructor(private readonly name: string) {}

  /** Goes on until a page of `home` is reached; returns its URL and what was answered there. */
  async walk(start: string, home: string): Promise<{ url: URL; steps: string[] }> {
    const steps: string[] = [];
    let request: { url: string; form?: Record<string, string> } = { url: start };
    for (let step = 0; step < 20; step++) {
      const answer = await this.open(request.url, request.form);
      const location = answer.headers.get('location');
      if (location !== null) {
        const next = new URL(location, request.url);
        steps.push(next.href);
        if (next.origin === home && !next.pathname.startsWith('/api/')) return { url: next, steps };
        request = { url: next.href };
        continue;
      }
      const html = await answer.text();
      const action = /action="([^"]+)"/.exec(html)?.[1];
      const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1];
      if (action === undefined || prompt === undefined)
        throw new Error(`${request.url}: ${answer.status} ${html.slice(0, 500)}`);
      const form = { prompt, login: this.name, password: 'any' };
      request = { url: new URL(action, request.url).href, form };
    }
    throw new Error('the walk does not end');
  }

  cookieFor(url: string): string {
    return [...(this.cookies.get(new URL(url).host) ?? [])]
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
  }

  private async open(url: string, form?: Record<string, string>): Promise<Response> {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: this.cookieFor(url), accept: 'text/html' },
      ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
    });
    const jar = this.cookies.get(new URL(url).host) ?? new Map<string, string>();
    this.cookies.set(new URL(url).host, jar);
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }
}
