/** Where a snippet is used, in the order of the tabs. */
export const SNIPPET_KINDS = ['n8n', 'curl', 'Python', 'JavaScript', '.env'] as const;
export type SnippetKind = (typeof SNIPPET_KINDS)[number];

export interface SnippetInput {
  /** OpenAI base URL, ending in `/v1`. */
  baseUrl: string;
  secret: string;
  model: string;
}

/** `sk-om-7hXk…Gu8K`: enough to recognise a key by. */
export function masked(secret: string): string {
  return `${secret.slice(0, 10)}…${secret.slice(-4)}`;
}

/** A first request, ready to run; for n8n the one that its credential makes. */
export function snippet(kind: SnippetKind, { baseUrl, secret, model }: SnippetInput): string {
  const body = `{"model":${JSON.stringify(model)},"messages":[{"role":"user","content":"Hello"}]}`;
  switch (kind) {
    case 'Python':
      return [
        'from openai import OpenAI',
        '',
        `client = OpenAI(base_url=${JSON.stringify(baseUrl)}, api_key=${JSON.stringify(secret)})`,
        'answer = client.chat.completions.create(',
        `    model=${JSON.stringify(model)},`,
        '    messages=[{"role": "user", "content": "Hello"}],',
        ')',
        'print(answer.choices[0].message.content)',
      ].join('\n');
    case 'JavaScript':
      return [
        "import OpenAI from 'openai';",
        '',
        `const client = new OpenAI({ baseURL: ${quoted(baseUrl)}, apiKey: ${quoted(secret)} });`,
        'const answer = await client.chat.completions.create({',
        `  model: ${quoted(model)},`,
        "  messages: [{ role: 'user', content: 'Hello' }],",
        '});',
        'console.log(answer.choices[0].message.content);',
      ].join('\n');
    case '.env':
      return `OPENAI_BASE_URL=${baseUrl}\nOPENAI_API_KEY=${secret}`;
    case 'n8n':
    case 'curl':
      return [
        `curl ${baseUrl}/chat/completions \\`,
        `  -H "Authorization: Bearer ${secret}" \\`,
        '  -H "Content-Type: application/json" \\',
        `  -d '${body.replaceAll("'", String.raw`'\''`)}'`,
      ].join('\n');
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
