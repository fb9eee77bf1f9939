import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import type { Role, UserWithPassword } from '@ollameter/admin-contract';
import { freePort } from '../../../api/test/support/free-port';
import { GatewayRig, type GatewayRigOptions } from '../../../api/test/support/gateway-rig';
import { launchBrowser } from '../../../../tools/bench/launch-browser.ts';

export const ADMIN_EMAIL = 'ada@example.org';
export const ADMIN_PASSWORD = 'correct horse battery';

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };
/** High enough that the bar at the bottom covers nothing. */
export const TALL = { ...NARROW, height: 3200 };
/** In which pages are looked at for what axe finds and for what sticks out. */
export const LOOKS = [
  ['light', WIDE],
  ['dark', WIDE],
  ['light', TALL],
  ['dark', TALL],
] as const;

/** What a person would not wait for any longer. */
const STEP_MS = 15_000;
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A fresh visitor has no session: the portal asks once and is told so. */
const EXPECTED_FAILURES = [/\/api\/auth\/me .*401/];

/** The built portal in a browser, on a whole gateway. */
export class Portal {
  private readonly complaints: string[] = [];
  private expected: RegExp[] = [...EXPECTED_FAILURES];
  private readonly pages: Page[] = [];
  private people = 0;

  private constructor(
    readonly rig: GatewayRig,
    private readonly browser: Browser,
  ) {}

  static async start(options: GatewayRigOptions = {}): Promise<Portal> {
    // The portal tells people and its playground where the gateway is.
    const GATEWAY_PORT = String(await freePort());
    const variables = { ADMIN_EMAIL, ADMIN_PASSWORD, GATEWAY_PORT, ...options.variables };
    const rig = await GatewayRig.start({ ...options, variables });
    return new Portal(rig, await launchBrowser());
  }

  get url(): string {
    return this.rig.adminUrl;
  }

  /** A page of a fresh browser profile, nobody signed in. */
  async open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      baseURL: this.url,
      viewport: WIDE,
      locale: 'en-US',
      timezoneId: 'Europe/Oslo',
      reducedMotion: 'reduce',
      ...options,
    });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        reportError(new Error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
      });
    });
    const page = await context.newPage();
    page.setDefaultTimeout(STEP_MS);
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      this.complaints.push(`${message.location().url} ${message.text()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(error.stack ?? error.message));
    this.pages.push(page);
    return page;
  }

  /** The same, signed in and at `path`. */
  async openSignedIn(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(options);
    await this.signIn(page);
    await page.goto(path);
    return page;
  }

  /** A page of a new person with this role, at `path`. */
  async openAs(role: Role, path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const email = `${role}-${++this.people}@example.org`;
    const body = JSON.stringify({ email, role });
    const invited = await this.rig.admin('/api/users', { method: 'POST', body });
    const { password } = (await invited.json()) as UserWithPassword;
    const page = await this.open(options);
    await this.signIn(page, { email, password });
    const data = { currentPassword: password, newPassword: ADMIN_PASSWORD };
    const changed = await page.request.post('/api/me/password', { data, headers: { origin: this.url } });
    if (!changed.ok()) throw new Error(`new password: ${changed.status()} ${await changed.text()}`);
    await page.goto(path);
    return page;
  }

  async signIn(page: Page, data = { email: ADMIN_EMAIL, password: ADMIN_PASSWORD }): Promise<void> {
    const answer = await page.request.post('/api/auth/login', { data });
    if (!answer.ok()) throw new Error(`login: ${answer.status()} ${await answer.text()}`);
  }

  /** A complaint of the console that this test brings about on purpose. */
  expectComplaint(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  /** What the console has complained about so far, expected or not. */
  async complaintsSoFar(): Promise<readonly string[]> {
    // What a page reports is on its way until the page has answered something later.
    await Promise.all(this.pages.map((page) => page.evaluate(() => new Promise((done) => setTimeout(done)))));
    return this.complaints.filter((text) => !EXPECTED_FAILURES.some((expected) => expected.test(text)));
  }

  /** For a test that has brought them about, and has looked at them. */
  forgetComplaints(): void {
    this.complaints.length = 0;
  }

  /** After each test: closes its pages and tells what the console complained about. */
  async closePages(): Promise<string[]> {
    await Promise.all(this.pages.splice(0).map((page) => page.context().close()));
    const unexpected = this.complaints.splice(0).filter((text) => !this.expected.some((e) => e.test(text)));
    this.expected = [...EXPECTED_FAILURES];
    return unexpected;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.rig.stop();
  }
}

/** What axe finds on a page, one line a finding. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}

/** By how many pixels a page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
