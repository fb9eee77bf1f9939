import type { LiveState } from '@ollameter/admin-contract';
import type { CDPSession, Page } from '@playwright/test';
import type { PortalStage } from './portal-stage.ts';

/** The server sends a picture at most this often. */
const EVERY_MS = 250;
const PICTURES_A_MINUTE = 60_000 / EVERY_MS;
/** So that the first sample compared holds what a page fills once: five minutes of power, the last rows. */
const SAMPLE_EVERY_MINUTES = 10;

export interface MemorySample {
  readonly minute: number;
  readonly pictures: number;
  /** After a forced collection, MB. */
  readonly heapMb: number;
  readonly nodes: number;
  readonly listeners: number;
}

interface Fed extends Window {
  feed?: (number: number) => void;
}

/**
 * Live, left open: the page's clock is advanced by hand, and its feed gets four pictures for each of its seconds. Real
 * are the page, its polls, its timers and the first picture; what the browser's network keeps of a picture is not
 * measured.
 */
export async function measureMemory(stage: PortalStage, minutes: number): Promise<MemorySample[]> {
  const context = await stage.visitor();
  try {
    const page = await context.newPage();
    await page.addInitScript(keepFeed);
    await page.clock.install();
    await page.goto('/live');
    await page.waitForFunction(() => (window as Fed).feed !== undefined);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Performance.enable');
    const samples: MemorySample[] = [];
    for (let picture = 0; picture <= minutes * PICTURES_A_MINUTE; picture++) {
      if (picture % (SAMPLE_EVERY_MINUTES * PICTURES_A_MINUTE) === 0)
        samples.push(await sample(devtools, page, picture));
      await page.evaluate((number) => (window as Fed).feed?.(number), picture);
      await page.clock.runFor(EVERY_MS);
    }
    return samples;
  } finally {
    await context.close();
  }
}

/** In the page, before its scripts: keeps hold of the event source, and feeds it variations of the first picture. */
function keepFeed(): void {
  const Source = window.EventSource;
  window.EventSource = class extends Source {
    constructor(url: string | URL, init?: EventSourceInit) {
      super(url, init);
      this.addEventListener(
        'state',
        ({ data }: MessageEvent<string>) => {
          const first = JSON.parse(data) as LiveState;
          (window as Fed).feed = (number) => {
            this.dispatchEvent(new MessageEvent('state', { data: JSON.stringify(picture(first, number)) }));
          };
        },
        { once: true },
      );
    }
  };

  /** A dozen requests, four of them in slots; one ends and another begins every second. */
  function picture(first: LiveState, number: number): LiveState {
    const oldest = Math.floor(number / 4);
    const at = new Date().toISOString();
    const requests = Array.from({ length: 12 }, (_, place): LiveState['requests'][number] => ({
      id: `00000000-0000-7000-8000-${String(oldest + place).padStart(12, '0')}`,
      at,
      keyId: null,
      keyName: `key ${(oldest + place) % 7}`,
      endpoint: 'chat.completions',
      model: `model-${(oldest + place) % 5}`,
      streamed: true,
      host: place < 4 ? (first.hosts[0]?.name ?? null) : null,
      phase: place < 4 ? 'generating' : 'queued',
      position: place < 4 ? null : place - 3,
      elapsedMs: (12 - place) * 1000,
      queueMs: 8000,
      tokens: number % 400,
      tokensPerSecond: 20 + (number % 10),
      energyWh: (number % 1000) / 1000,
      clientAddress: '10.0.0.1',
    }));
    return { ...first, at, power: { ...first.power, watts: 80 + (number % 50) }, requests };
  }
}

async function sample(devtools: CDPSession, page: Page, pictures: number): Promise<MemorySample> {
  // Its own answer to the last picture is done once the page has taken another task.
  await page.evaluate(() => document.body.offsetHeight);
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    minute: pictures / PICTURES_A_MINUTE,
    pictures,
    heapMb: value('JSHeapUsedSize') / 2 ** 20,
    nodes: value('Nodes'),
    listeners: value('JSEventListeners'),
  };
}
