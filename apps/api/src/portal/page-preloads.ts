/** What of the build's `browser-stats.json` (esbuild's metafile) tells which chunk needs which. */
export interface BuildStats {
  /** By file name, such as `chunk-AB12CD34.js`. */
  outputs: Record<
    string,
    {
      /** The source whose dynamic import made the chunk: `apps/admin/src/logs/routes.ts`. */
      entryPoint?: string;
      imports?: readonly { path: string; kind: string }[];
    }
  >;
}

const SOURCES = 'apps/admin/src';
const CHART = 'charts/time-chart.ts';
/** What a page loads where that is not `routes.ts` in a folder of its name. */
const SOURCES_OF = new Map<string, readonly string[]>([
  ['', [CHART]],
  ['overview', [CHART]],
  ['login', ['session/login.ts']],
  ['change-password', ['session/forced-password.ts']],
]);

/**
 * The scripts that the page at a URL path runs beside those of every page, so that the browser can ask for all of them
 * at once, before the first one has named the next. Empty for a path that is no page.
 */
export function pageScripts(stats: BuildStats, path: string): string[] {
  const [, page = '', part = ''] = path.split('/');
  const inside = part || 'summary';
  const sources = SOURCES_OF.get(page) ?? [`${page}/routes.ts`, `${page}/${inside}/${inside}.ts`];
  const entries = sources.map((source) => `${SOURCES}/${source}`);
  const found = new Set<string>();
  for (const [file, { entryPoint }] of Object.entries(stats.outputs))
    if (entryPoint !== undefined && entries.includes(entryPoint)) follow(stats, file, found);
  return [...found];
}

function follow(stats: BuildStats, file: string, found: Set<string>): void {
  if (found.has(file) || !(file in stats.outputs)) return;
  found.add(file);
  for (const { path, kind } of stats.outputs[file]?.imports ?? [])
    if (kind === 'import-statement') follow(stats, path, found);
}
