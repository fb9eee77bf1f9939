import type { Page } from '@playwright/test';
import type { PortalStage } from './portal-stage.ts';

/** What slows the browser down. */
export interface Profile {
  readonly cpuDivisor: number;
  readonly kbitPerS: number;
  readonly rttMs: number;
}

export interface Figures {
  readonly firstPaintMs: number;
  /** The first frame with all of it: no skeleton is left, the chart has its axes. */
  readonly drawnMs: number;
  readonly requests: number;
  /** As sent: compressed, with headers. */
  readonly kb: number;
  readonly scriptKb: number;
  /** CPU time of the page's thread until then, with what the divisor adds: whatever else the machine does. */
  readonly cpuMs: number;
  readonly scriptMs: number;
  readonly layoutMs: number;
}

export interface Load {
  readonly figures: Figures;
  readonly requests: readonly { path: string; startMs: number; endMs: number; bytes: number }[];
}

interface Watched extends Window {
  overviewDrawnMs?: number;
}

/** Opens the Overview once, in a profile of its own. */
export async function measureLoad(stage: PortalStage, profile: Profile, hasFiles: boolean): Promise<Load> {
  const context = await stage.visitor();
  try {
    const page = await context.newPage();
    if (hasFiles) {
      await page.goto('/overview', { waitUntil: 'networkidle' });
      await page.goto('about:blank');
    }
    await page.addInitScript(watch);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: profile.cpuDivisor });
    const bytesPerS = (profile.kbitPerS * 1000) / 8;
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: profile.rttMs,
      downloadThroughput: bytesPerS,
      uploadThroughput: bytesPerS,
    });
    await page.goto('/overview', { waitUntil: 'commit' });
    await page.waitForFunction(() => (window as Watched).overviewDrawnMs !== undefined, undefined, {
      polling: 50,
      timeout: 60_000,
    });
    const { metrics } = await devtools.send('Performance.getMetrics');
    const seconds = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return summarize(await read(page), {
      cpuMs: seconds('TaskDuration') * 1000,
      scriptMs: seconds('ScriptDuration') * 1000,
      layoutMs: (seconds('LayoutDuration') + seconds('RecalcStyleDuration')) * 1000,
    });
  } finally {
    await context.close();
  }
}

/** In the page, before its scripts: notes when the Overview is drawn. */
function watch(): void {
  let hasAxes = false;
  const fillText = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (...args) {
    hasAxes = true;
    fillText.apply(this, args);
  };
  const look = (): void => {
    const isDrawn =
      hasAxes &&
      document.querySelector('om-stat-card, .card') !== null &&
      document.querySelector('om-skeleton') === null;
    if (!isDrawn) requestAnimationFrame(look);
    // The frame that was just prepared is on the screen when the next one begins.
    else requestAnimationFrame(() => ((window as Watched).overviewDrawnMs = performance.now()));
  };
  requestAnimationFrame(look);
}

function read(page: Page) {
  return page.evaluate(() => {
    const entries = [
      ...performance.getEntriesByType('navigation'),
      ...performance.getEntriesByType('resource'),
    ] as PerformanceResourceTiming[];
    return {
      drawnMs: (window as Watched).overviewDrawnMs ?? 0,
      firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
      requests: entries.map(({ name, startTime, responseEnd, transferSize }) => ({
        path: new URL(name).pathname + new URL(name).search,
        startMs: startTime,
        endMs: responseEnd,
        bytes: transferSize,
      })),
    };
  });
}

function summarize(
  { drawnMs, firstPaintMs, requests }: Awaited<ReturnType<typeof read>>,
  cpu: Pick<Figures, 'cpuMs' | 'scriptMs' | 'layoutMs'>,
): Load {
  const before = requests.filter(({ startMs }) => startMs < drawnMs);
  const kb = (some: typeof requests) => some.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
  return {
    requests: before,
    figures: {
      firstPaintMs,
      drawnMs,
      requests: before.filter(({ bytes }) => bytes > 0).length,
      kb: kb(before),
      scriptKb: kb(before.filter(({ path }) => path.endsWith('.js'))),
      ...cpu,
    },
  };
}
