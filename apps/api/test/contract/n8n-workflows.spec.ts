import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayRig } from '../support/gateway-rig';

/** The workflows of docs/n8n: n8n can import them, and what their nodes ask for is answered. */

interface WorkflowNode {
  type: string;
  typeVersion: number;
  name: string;
  id: string;
  parameters: Record<string, unknown>;
  credentials?: unknown;
}
interface Workflow {
  name: string;
  nodes: WorkflowNode[];
  connections: Record<string, Record<string, { node: string; type: string; index: number }[][]>>;
}

const FOLDER = join(__dirname, '../../../../docs/n8n');
const files = readdirSync(FOLDER);
const read = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Workflow;

/** Versions that n8n 2.41 has of the nodes that are used (`@n8n/n8n-nodes-langchain` 2.41.1). */
const VERSIONS: Record<string, readonly number[]> = {
  '@n8n/n8n-nodes-langchain.agent': [2, 3.1],
  '@n8n/n8n-nodes-langchain.chatTrigger': [1.1, 1.2, 1.3, 1.4, 1.5],
  '@n8n/n8n-nodes-langchain.documentDefaultDataLoader': [1, 1.1],
  '@n8n/n8n-nodes-langchain.embeddingsOpenAi': [1, 1.1, 1.2],
  '@n8n/n8n-nodes-langchain.lmChatOpenAi': [1, 1.1, 1.2, 1.3],
  '@n8n/n8n-nodes-langchain.memoryBufferWindow': [1, 1.1, 1.2, 1.3, 1.4],
  '@n8n/n8n-nodes-langchain.toolCalculator': [1],
  '@n8n/n8n-nodes-langchain.vectorStoreInMemory': [1, 1.1, 1.2, 1.3],
  'n8n-nodes-base.code': [1, 2],
  'n8n-nodes-base.manualTrigger': [1],
};

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
});
afterAll(() => rig.stop());

/** What a node sends to the gateway; null for nodes that ask it nothing. */
function requestOf({ type, typeVersion, parameters }: WorkflowNode): [path: string, body: object] | null {
  if (type.endsWith('.embeddingsOpenAi'))
    return ['/v1/embeddings', { model: parameters['model'], input: ['a', 'b'], encoding_format: 'base64' }];
  if (!type.endsWith('.lmChatOpenAi')) return null;
  const { value: model } = parameters['model'] as { value: string };
  const input = [{ type: 'message', role: 'user', content: 'Hi' }];
  if (typeVersion >= 1.3 && parameters['responsesApiEnabled'] !== false)
    return ['/v1/responses', { model, input, stream: false, text: {} }];
  return ['/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hi' }] }];
}

it('are the three that docs/N8N.md names', () => {
  const page = readFileSync(join(FOLDER, '../N8N.md'), 'utf8');
  expect(files.sort()).toEqual(['agent-with-tools.json', 'chat.json', 'embeddings.json']);
  for (const file of files) expect(page).toContain(`(n8n/${file})`);
});

describe.each(files)('%s', (file) => {
  const { name, nodes, connections } = read(file);

  it('has a name, nodes that n8n knows, and connections between them', () => {
    expect(name).toContain('Ollameter');
    expect(new Set(nodes.map((node) => node.name)).size).toBe(nodes.length);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
    for (const { type, typeVersion } of nodes)
      expect([type, VERSIONS[type]]).toEqual([type, expect.arrayContaining([typeVersion])]);
    const names = nodes.map((node) => node.name);
    const ends = Object.entries(connections).flatMap(([from, kinds]) =>
      Object.entries(kinds).flatMap(([kind, outputs]) =>
        outputs.flat().map(({ node, type }) => ({ from, node, sameKind: type === kind })),
      ),
    );
    for (const end of ends)
      expect([names.includes(end.from), names.includes(end.node), end.sameKind]).toEqual([true, true, true]);
    const connected = new Set(ends.flatMap(({ from, node }) => [from, node]));
    expect(names.filter((each) => !connected.has(each))).toEqual([]);
  });

  it('carries no address and no credential: both are the importer’s own', () => {
    expect(JSON.stringify(nodes)).not.toMatch(/baseURL|https?:|sk-/i);
    expect(nodes.filter(({ credentials }) => credentials !== undefined)).toEqual([]);
  });

  it('asks for what the gateway answers', async () => {
    const requests = nodes.flatMap((node) => [requestOf(node)].filter((request) => request !== null));
    expect(requests).toHaveLength(1);
    for (const [path, body] of requests) {
      const answer = await rig.post(path, body);
      expect([path, answer.status, await answer.text()]).toEqual([path, 200, expect.any(String)]);
    }
  });
});
