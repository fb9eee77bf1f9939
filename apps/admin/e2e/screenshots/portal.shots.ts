import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { launchBrowser } from '../../../../tools/bench/launch-browser.ts';
import { Portal } from '../support/portal';
import { OFFICE, Office } from './office';

const FOLDER = join(__dirname, '../../../../docs/screenshots');
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
/** No picture is higher than this. */
const TALLEST = 1500;
const SCALE = 1.25;
const QUALITY = 0.7;
/** What Live sees come and go before it is drawn: work and rest, ms. */
const COURSE = [
  [25_000, 12_000],
  [12_000, 8_000],
  [20_000, 10_000],
  [12_000, 0],
] as const;

interface Shot {
  name: string;
  path: (office: Office) => string;
  /** Until what is worth seeing is there. */
  ready: (page: Page, office: Office) => Promise<unknown>;
  /** Both where not said. */
  themes?: readonly ('light' | 'dark')[];
  /** Which themes have a narrow picture too. */
  narrow?: readonly ('light' | 'dark')[];
}

const text = (wanted: string | RegExp) => (page: Page) => page.getByText(wanted).first().waitFor();

const SHOTS: readonly Shot[] = [
  {
    name: 'overview',
    path: () => '/overview?period=month',
    ready: (page) => page.getByRole('img', { name: /Requests and cost/ }).waitFor(),
    narrow: ['light', 'dark'],
  },
  {
    name: 'guide',
    path: () => '/overview?guide=1',
    ready: text('Waiting for a request to arrive'),
    themes: ['light'],
  },
  { name: 'palette', path: () => '/overview?period=month', ready: palette, themes: ['dark'] },
  {
    name: 'replay',
    path: ({ requestId }) => `/logs/${requestId}`,
    ready: replay,
    themes: ['light'],
  },
  {
    name: 'logs',
    path: () => '/logs?q=invoice',
    ready: (page) => page.locator('tbody tr').nth(19).waitFor(),
    narrow: ['light'],
  },
  {
    name: 'request',
    path: ({ requestId }) => `/logs/${requestId}`,
    ready: text('Three lines differ.'),
    narrow: ['dark'],
  },
  { name: 'keys', path: () => '/keys', ready: text('support-bot'), narrow: ['light'] },
  {
    name: 'key',
    path: ({ keyId }) => `/keys/${keyId}`,
    ready: (page) => page.getByRole('img').first().waitFor(),
  },
  { name: 'models', path: () => '/models', ready: text('gemma3:27b') },
  {
    name: 'energy',
    path: () => '/energy?period=month',
    ready: (page) => page.waitForLoadState('networkidle'),
    narrow: ['light'],
  },
  { name: 'tariff', path: () => '/energy/tariff', ready: text('Tariff in force') },
  { name: 'meters', path: () => '/energy/meters', ready: text('POWER_WATTS') },
  { name: 'statement', path: () => '/energy/statements', ready: text('Metered') },
  { name: 'people', path: () => '/people', ready: text('Mia Sandoval') },
  { name: 'audit', path: () => '/audit', ready: (page) => page.waitForLoadState('networkidle') },
  { name: 'settings', path: () => '/settings', ready: (page) => page.waitForLoadState('networkidle') },
  { name: 'me', path: () => '/me', ready: (page) => page.waitForLoadState('networkidle') },
  { name: 'playground', path: () => '/playground?model=qwen3:32b', ready: chat, narrow: ['dark'] },
];

const ANSWER = `At your rates the difference is about **$4.46 a run**.

| Load | Energy | 16:00, 52.3¢ | 00:00, 12.1¢ |
|---|--:|--:|--:|
| Car | 10 kWh | $5.23 | $1.21 |
| Dishwasher | 1.1 kWh | $0.58 | $0.13 |

The car is almost all of it. Delaying only the charger keeps $4.02 of it.`;

const REPLAYED = `**The invoice is 2,840.00 too high.**

1. Chairs: 40 at 1,340.00 instead of 1,290.00, that is 2,000.00.
2. Delivery: 690.00, although the order includes it.
3. A "rounding fee" of 150.00 that nobody ordered.`;

let portal: Portal;
let office: Office;
beforeAll(async () => {
  portal = await Portal.start(OFFICE);
  office = await Office.found(portal.rig);
});
afterAll(async () => {
  await office.rest();
  await portal.stop();
});

async function chat(page: Page): Promise<void> {
  portal.rig.ollama.script({ text: ANSWER, thinking: 'Two loads, two prices.' });
  await page.getByLabel('API key').fill(office.secretOf('mia-notebook'));
  await page
    .getByLabel('Message')
    .fill(
      'Our dishwasher and the car charger both start at 16:00. What does that cost compared with waiting for midnight?',
    );
  await page.getByLabel('Message').press('Enter');
  await page.getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
  await page.getByText(/tok\/s · .*Wh/).waitFor({ timeout: 30_000 });
}

async function palette(page: Page): Promise<void> {
  await page.getByRole('img', { name: /Requests and cost/ }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search or jump to' }).waitFor();
  await page.keyboard.type('llama');
  await page
    .getByRole('option', { name: /llama3/ })
    .first()
    .waitFor();
}

async function replay(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Replay' }).click();
  const region = page.getByRole('region', { name: 'Replay' });
  await region.getByLabel('API key').fill(office.secretOf('mia-notebook'));
  await region.getByLabel('Model to ask').selectOption('qwen3:32b');
  portal.rig.ollama.script({ text: REPLAYED });
  await region.getByRole('button', { name: 'Replay', exact: true }).click();
  await region.getByText('Done').waitFor({ timeout: 60_000 });
  await region
    .getByText(/\$0\.0/)
    .nth(1)
    .waitFor({ timeout: 30_000 });
}

const wanted = process.env['SHOTS']?.split(',');

it.each(SHOTS.filter(({ name }) => wanted === undefined || wanted.includes(name)))(
  'draws $name',
  async ({ name, path, ready, themes = ['light', 'dark'], narrow = [] }) => {
    const page = await open(path(office));
    await ready(page, office);
    await draw(page, name, themes, narrow);
    await page.context().close();
  },
);

/** Drawn last, after some minutes in which work came and went, as far as its curve goes back. */
it('draws live', async () => {
  if (wanted !== undefined && !wanted.includes('live')) return;
  const page = await open('/live');
  for (const [workMs, restMs] of COURSE) {
    await office.work();
    await page.waitForTimeout(workMs);
    if (restMs === 0) continue;
    await office.rest();
    await page.waitForTimeout(restMs);
  }
  await page.getByText('Queued, 2nd').waitFor();
  await draw(page, 'live', ['light', 'dark'], ['dark']);
});

function open(path: string): Promise<Page> {
  return portal.openSignedIn(path, {
    viewport: WIDE,
    deviceScaleFactor: SCALE,
    timezoneId: 'America/Los_Angeles',
  });
}

async function draw(
  page: Page,
  name: string,
  themes: readonly ('light' | 'dark')[],
  narrow: readonly ('light' | 'dark')[],
): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await capture(page, `${name}-${colorScheme}`, WIDE);
    if (narrow.includes(colorScheme)) await capture(page, `${name}-narrow-${colorScheme}`, NARROW);
  }
}

async function capture(page: Page, file: string, window: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(window);
  await page.evaluate(() => document.fonts.ready);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...window, height: Math.min(TALLEST, Math.max(window.height, height)) });
  // Charts take up the width and the colours.
  await page.waitForTimeout(500);
  await save(file, await page.screenshot());
}

/** As WebP: a third of a PNG. The browser has the encoder. */
async function save(file: string, png: Buffer): Promise<void> {
  const browser = await launchBrowser();
  const page = await browser.newPage();
  const webp = await page.evaluate(
    async ([data, quality]) => {
      const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
      const bytes = await (await canvas.convertToBlob({ type: 'image/webp', quality })).arrayBuffer();
      return btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''));
    },
    [png.toString('base64'), QUALITY] as const,
  );
  await browser.close();
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${file}.webp`), Buffer.from(webp, 'base64'));
}
