import { z } from 'zod';
import { collect } from '../support/collect';
import { API_KEY, GatewayRig } from '../support/gateway-rig';

/** Beside the matrix of all clients: LangChain as n8n ships it and as it is newest, over both of its roads: chat completions and the Responses API. */

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
});
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

const MODEL = 'llama3.1:8b';

const newest = () => import('@langchain/openai');
const RELEASES: Record<string, typeof newest> = {
  'n8n’s 1.4.4': () => import('langchain-openai-n8n') as unknown as ReturnType<typeof newest>,
  'the newest': newest,
};

const weather = {
  name: 'weather',
  description: 'Weather of a city',
  schema: z.object({ city: z.string() }),
};

describe.each(Object.entries(RELEASES))('%s', (_release, load) => {
  describe.each([false, true])('with useResponsesApi %s', (useResponsesApi) => {
    async function chat(fields: object = {}) {
      const { ChatOpenAI } = await load();
      return new ChatOpenAI({
        model: MODEL,
        apiKey: API_KEY,
        useResponsesApi,
        maxRetries: 0,
        configuration: { baseURL: `${rig.gatewayUrl}/v1` },
        ...fields,
      });
    }

    it('answers text with usage', async () => {
      rig.ollama.script({ text: 'Hello there.', done: { metrics: { prompt_eval_count: 9, eval_count: 3 } } });
      const answer = await (
        await chat()
      ).invoke([
        ['system', 'Be brief.'],
        ['human', 'Say hello.'],
      ]);
      expect(answer.text).toBe('Hello there.');
      expect(answer.usage_metadata).toMatchObject({ input_tokens: 9, output_tokens: 3, total_tokens: 12 });
    });

    it('streams text with usage', async () => {
      rig.ollama.script({
        text: 'One two three.',
        done: { metrics: { prompt_eval_count: 9, eval_count: 4 } },
      });
      const chunks = await collect(await (await chat()).stream('Count.'));
      const whole = chunks.reduce((sum, chunk) => sum.concat(chunk));
      expect(whole.text).toBe('One two three.');
      expect(whole.usage_metadata?.total_tokens).toBe(13);
    });

    it.each([false, true])('calls tools (streamed: %s) and answers with their result', async (streamed) => {
      rig.ollama.script({
        toolCalls: ['Oslo', 'Rom'].map((city) => ({ function: { name: 'weather', arguments: { city } } })),
      });
      const model = (await chat()).bindTools([weather]);
      const question = ['human', 'Weather?'] as ['human', string];
      const turn = streamed
        ? (await collect(await model.stream([question]))).reduce((sum, chunk) => sum.concat(chunk))
        : await model.invoke([question]);
      expect(turn.tool_calls?.map(({ name, args }) => ({ name, args }))).toEqual([
        { name: 'weather', args: { city: 'Oslo' } },
        { name: 'weather', args: { city: 'Rom' } },
      ]);
      const { ToolMessage } = await import('@langchain/core/messages');
      const results = (turn.tool_calls ?? []).map(
        ({ id, args }) =>
          new ToolMessage({ tool_call_id: id ?? '', content: `snow in ${String(args['city'])}` }),
      );
      const answer = await model.invoke([question, turn, ...results]);
      expect(answer.text).toBe('The tool answered: snow in Rom');
    });

    it('forces a tool', async () => {
      const model = (await chat()).bindTools([weather], { tool_choice: 'weather' });
      const { tool_calls } = await model.invoke('Hi');
      expect(tool_calls).toMatchObject([{ name: 'weather', args: { city: expect.any(String) as string } }]);
    });

    it.each(['jsonSchema', 'functionCalling', 'jsonMode'] as const)(
      'gives structured output by %s',
      async (method) => {
        if (method === 'jsonMode') rig.ollama.script({ text: '{"name":"Ann","age":4}' });
        const person = z.object({ name: z.string(), age: z.number() });
        const model = (await chat()).withStructuredOutput(person, { method, name: 'person' });
        expect(person.safeParse(await model.invoke('Who? Answer in JSON.')).success).toBe(true);
      },
    );

    it('shows reasoning', async () => {
      rig.ollama.script({ thinking: 'Hm.', text: 'Yes.', times: 2 });
      const model = await chat({ model: 'qwen3:8b', reasoning: { effort: 'high', summary: 'auto' } });
      const answer = await model.invoke('Well?');
      expect(answer.text).toBe('Yes.');
      if (useResponsesApi) expect(JSON.stringify(answer.additional_kwargs['reasoning'])).toContain('Hm.');
    });

    it('throws what went wrong, by its code', async () => {
      const model = await chat({ model: 'none:7b' });
      await expect(model.invoke('x')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
      const stranger = await chat({ apiKey: 'wrong' });
      await expect(stranger.invoke('x')).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    });

    it('sees a context that overflows', async () => {
      const model = await chat();
      await expect(model.invoke('word '.repeat(5000))).rejects.toThrow(/maximum context length/);
    });
  });

  // Asked for base64 by name, LangChain hands the SDK's undecoded text on, whatever server answers.
  it.each([undefined, 'float'] as const)('embeds (encoding %s)', async (encodingFormat) => {
    const { OpenAIEmbeddings } = await load();
    const embeddings = new OpenAIEmbeddings({
      model: 'nomic-embed-text',
      apiKey: API_KEY,
      dimensions: 64,
      ...(encodingFormat && { encodingFormat }),
      configuration: { baseURL: `${rig.gatewayUrl}/v1` },
    });
    const vectors = await embeddings.embedDocuments(['a\nb', 'c']);
    expect(vectors.map((vector) => vector.length)).toEqual([64, 64]);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
    expect((await embeddings.embedQuery('c')).map((x) => x.toFixed(4))).toEqual(
      vectors[1]?.map((x) => x.toFixed(4)),
    );
  });

  it('completes by the legacy road', async () => {
    const { OpenAI } = await load();
    const model = new OpenAI({
      model: MODEL,
      apiKey: API_KEY,
      maxTokens: 8,
      configuration: { baseURL: `${rig.gatewayUrl}/v1` },
    });
    await expect(model.invoke('Once upon')).resolves.toEqual(expect.any(String));
  });
});
