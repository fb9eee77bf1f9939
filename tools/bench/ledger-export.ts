import { get } from 'node:http';
import type { GatewayProcess } from '../crash/gateway-process.ts';

/**
 * The whole log as CSV, read as fast as it comes.
 * @throws where the file is cut short or has fewer rows than there are
 */
export async function measureExport(
  gateway: GatewayProcess,
  token: string,
  rows: number,
): Promise<{ rowsPerSecond: number; peakMb: number; idleMb: number }> {
  const idleMb = gateway.residentMb();
  let peakMb = idleMb;
  const watch = setInterval(() => (peakMb = Math.max(peakMb, gateway.residentMb())), 50);
  const startedMs = performance.now();
  const lines = await countLines(`${gateway.adminUrl}/api/logs/export?format=csv&outcome=all`, token).finally(
    () => clearInterval(watch),
  );
  if (lines <= rows) throw new Error(`the export has ${lines - 1} of ${rows} rows`);
  return { rowsPerSecond: (lines * 1000) / (performance.now() - startedMs), peakMb, idleMb };
}

function countLines(url: string, token: string): Promise<number> {
  return new Promise((done, reject) => {
    let count = 0;
    get(url, { headers: { authorization: `Bearer ${token}` } }, (answer) => {
      answer.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count++;
      });
      answer.on('end', () => (answer.complete ? done(count) : reject(new Error('the export was cut'))));
    }).on('error', reject);
  });
}
