import type { FirstRunMessage, ReadyMessage } from '@ollameter/admin-contract';

/** The secrets of the first run: shown here and nowhere else, once. */
export function firstRunText(message: FirstRunMessage): string {
  const rows: (string | null)[] = [
    '',
    'First run. These are shown once; keep them:',
    message.adminPassword === null ? null : `  Portal login   ${message.adminEmail}`,
    message.adminPassword === null ? null : `  Password       ${message.adminPassword}`,
    message.apiKey === null ? null : `  API key        ${message.apiKey}`,
  ];
  return rows.filter((row) => row !== null).join('\n');
}

/**
 * Where everything is, whether Ollama answers, and the line to try it with.
 * @param apiKey the key just made; null from the second start on.
 */
export function readyText(message: ReadyMessage, apiKey: string | null): string {
  return [
    '',
    `  Gateway        ${message.gatewayUrl}/v1`,
    `  Portal         ${message.adminUrl}`,
    ...message.ollama.map(hostRow),
    ...demoRows(message),
    '',
    'Try it:',
    curlLine(message, apiKey ?? '$OLLAMETER_KEY'),
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
}

function hostRow({ url, reachable, demo }: ReadyMessage['ollama'][number]): string {
  if (demo) return `  Demo host      ${url}`;
  return `  Ollama         ${url} ${reachable ? 'answers' : 'does not answer'}`;
}

function demoRows({ ollama }: ReadyMessage): string[] {
  if (!ollama.some(({ demo }) => demo)) return [];
  return [
    '',
    'The built-in demo host answers in place of Ollama: its models are named demo:… and make their answers up.',
    'Start Ollama, or set OLLAMA_URL in .env, to use real ones.',
  ];
}

function curlLine({ gatewayUrl, defaultModel }: ReadyMessage, key: string): string {
  const body = JSON.stringify({
    model: defaultModel,
    stream: true,
    messages: [{ role: 'user', content: 'Why is the sky blue?' }],
  });
  return [
    `  curl -N ${gatewayUrl}/v1/chat/completions -H "Authorization: Bearer ${key}"`,
    `-H 'Content-Type: application/json' -d '${body}'`,
  ].join(' ');
}
