import { fstatSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DEMO_SETTINGS, DEMO_TOKENS_PER_SECOND } from './demo-models.ts';
import { startFakeOllama, type FakeOllamaSettings } from './fake-ollama.ts';

const USAGE = `node tools/fake-ollama/main.ts [--port N] [--demo] [--slots N] [--rate TOKENS_PER_SECOND] [--tokens N]
  --port    default 0: a free one
  --demo    only the demo: models, at ${DEMO_TOKENS_PER_SECOND} tokens a second, which say what they are
  --slots   requests a model works on at once (OLLAMA_NUM_PARALLEL), default 1, with --demo 4
  --rate    tokens a second for each request, default 0: as fast as the client reads
  --tokens  exact length of every answer, for benchmarks
Prints {"url":…} when it listens. Ends on SIGTERM, SIGINT, and when its parent's stdin pipe or IPC channel closes.`;

function numberOption(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0) {
    throw new Error(`--${name} is "${value}", expected a number from 0`);
  }
  return number;
}

function readSettings(): FakeOllamaSettings {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      demo: { type: 'boolean', default: false },
      slots: { type: 'string' },
      rate: { type: 'string' },
      tokens: { type: 'string' },
    },
  });
  const answerTokens = numberOption('tokens', values.tokens);
  return {
    keepRequests: 0,
    port: numberOption('port', values.port) ?? 0,
    slots: Math.max(1, numberOption('slots', values.slots) ?? (values.demo ? 4 : 1)),
    tokensPerSecond: numberOption('rate', values.rate) ?? (values.demo ? DEMO_TOKENS_PER_SECOND : 0),
    ...(answerTokens === undefined ? {} : { answerTokens }),
    ...(values.demo ? DEMO_SETTINGS : {}),
  };
}

async function main(): Promise<void> {
  const fake = await startFakeOllama(readSettings());
  console.log(JSON.stringify({ url: fake.url }));
  const end = (): void => void fake.close().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.once('disconnect', end);
  // Only a pipe tells of a parent's end; /dev/null would end the process at once.
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) process.stdin.once('end', end).once('error', end).resume();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(USAGE);
  process.exitCode = 1;
});
