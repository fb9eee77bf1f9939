import { z } from 'zod';
import { collect } from '../support/collect';
import { API_KEY, GatewayRig } from '../support/gateway-rig';

/** Beside the matrix of all clients: the Vercel AI SDK over its three roads: OpenAI's chat, OpenAI's Responses, and the provider for compatible servers. */

let rig: GatewayRig;
beforeAll(async () => {
  rig = await GatewayRig.start();
});
afterEach(() => rig.ollama.clearScripts());
afterAll(() => rig.stop());

const MODEL = 'llama3.1:8b';

const newOpenai = async () =>
  (await import('@ai-sdk/openai')).createOpenAI({ baseURL: `${rig.gatewayUrl}/v1`, apiKey: API_KEY });
const newCompatible = async () =>
  (await import('@ai-sdk/openai-compatible')).createOpenAICompatible({
    name: 'ollameter',
    baseURL: `${rig.gatewayUrl}/v1`,
    apiKey: API_KEY,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });

const ROADS = {
  chat: async (model: string) => (await newOpenai()).chat(model),
  responses: async (model: string) => (await newOpenai()).responses(model),
  compatible: async (model: string) => (await newCompatible()).chatModel(model),
};

describe.each(Object.entries(ROADS))('%s', (_road, open) => {
  it('generates text with usage', async () => {
    const { generateText } = await import('ai');
    rig.ollama.script({ text: 'Hello there.', done: { metrics: { prompt_eval_count: 9, eval_count: 3 } } });
    const { text, usage, finishReason } = await generateText({
      model: await open(MODEL),
      prompt: 'Say hello.',
    });
    expect(text).toBe('Hello there.');
    expect(finishReason).toBe('stop');
    expect(usage).toMatchObject({ inputTokens: 9, outputTokens: 3, totalTokens: 12 });
  });

  it('streams text with usage', async () => {
    const { streamText } = await import('ai');
    rig.ollama.script({ text: 'One two three.', done: { metrics: { prompt_eval_count: 9, eval_count: 4 } } });
    const result = streamText({ model: await open(MODEL), prompt: 'Count.' });
    expect((await collect(result.textStream)).join('')).toBe('One two three.');
    expect(await result.finishReason).toBe('stop');
    expect((await result.usage).totalTokens).toBe(13);
  });

  it.each([false, true])('runs a loop of parallel tool calls (streamed: %s)', async (streamed) => {
    const { generateText, isStepCount, streamText, tool } = await import('ai');
    rig.ollama.script({
      toolCalls: ['Oslo', 'Rom'].map((city) => ({ function: { name: 'weather', arguments: { city } } })),
    });
    const asked: string[] = [];
    const options = {
      model: await open(MODEL),
      prompt: 'How is the weather?',
      stopWhen: isStepCount(3),
      tools: {
        weather: tool({
          description: 'Weather of a city',
          inputSchema: z.object({ city: z.string() }),
          execute: ({ city }) => {
            asked.push(city);
            return `snow in ${city}`;
          },
        }),
      },
    };
    const text = streamed ? await streamText(options).text : (await generateText(options)).text;
    expect(asked.sort()).toEqual(['Oslo', 'Rom']);
    expect(text).toContain('The tool answered:');
  });

  it('forces a tool', async () => {
    const { generateText, tool } = await import('ai');
    const { toolCalls, finishReason } = await generateText({
      model: await open(MODEL),
      prompt: 'Hi',
      toolChoice: { type: 'tool', toolName: 'weather' },
      tools: { weather: tool({ inputSchema: z.object({ city: z.string() }) }) },
    });
    expect(finishReason).toBe('tool-calls');
    expect(toolCalls).toMatchObject([{ toolName: 'weather', input: { city: expect.any(String) as string } }]);
  });

  it.each([false, true])('gives an object of a schema (streamed: %s)', async (streamed) => {
    const { generateText, Output, streamText } = await import('ai');
    const schema = z.object({ name: z.string(), age: z.number() });
    const options = { model: await open(MODEL), prompt: 'Who?', output: Output.object({ schema }) };
    const output: unknown = streamed
      ? await streamText(options).output
      : (await generateText(options)).output;
    expect(schema.safeParse(output).success).toBe(true);
    expect(rig.ollama.requests.at(-1)?.body.format).toMatchObject({ required: ['name', 'age'] });
  });

  it.each([false, true])(
    'calls tools on the way to an object of a schema (streamed: %s)',
    async (streamed) => {
      const { generateText, isStepCount, Output, streamText, tool } = await import('ai');
      rig.ollama.script({ text: '{"name":"weather","arguments":{"city":"Oslo"}}' });
      rig.ollama.script({ text: '{"name":"Ann","age":4}' });
      const asked: string[] = [];
      const options = {
        model: await open(MODEL),
        prompt: 'Who is in Oslo?',
        stopWhen: isStepCount(3),
        output: Output.object({ schema: z.object({ name: z.string(), age: z.number() }) }),
        tools: {
          weather: tool({
            inputSchema: z.object({ city: z.string() }),
            execute: ({ city }) => {
              asked.push(city);
              return 'snow';
            },
          }),
        },
      };
      const output: unknown = streamed
        ? await streamText(options).output
        : (await generateText(options)).output;
      expect(asked).toEqual(['Oslo']);
      expect(output).toEqual({ name: 'Ann', age: 4 });
    },
  );

  it('throws an error of the API with its status and message, without trying again', async () => {
    const { APICallError, generateText } = await import('ai');
    const failed = generateText({ model: await open('none:7b'), prompt: 'x' }).catch(
      (error: unknown) => error,
    );
    const error = await failed;
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ statusCode: 404, isRetryable: false });
    expect((error as Error).message).toContain("The model 'none:7b' does not exist");
  });

  it('gives an error part when a stream breaks', async () => {
    const { streamText } = await import('ai');
    rig.ollama.script({ chunks: ['Half', { content: ' an', delayMs: 20 }, { die: true }] });
    const result = streamText({ model: await open(MODEL), prompt: 'x', onError: () => undefined });
    const parts = await collect(result.stream);
    expect(parts.some(({ type }) => type === 'error')).toBe(true);
  });
});

it.each(['openai', 'compatible'] as const)('embeds by %s', async (provider) => {
  const { embedMany } = await import('ai');
  const model =
    provider === 'openai'
      ? (await newOpenai()).embeddingModel('nomic-embed-text')
      : (await newCompatible()).embeddingModel('nomic-embed-text');
  const { embeddings, usage } = await embedMany({ model, values: ['a', 'b'] });
  expect(embeddings.map((vector) => vector.length)).toEqual([768, 768]);
  expect(usage.tokens).toBeGreaterThan(0);
});

it('completes by the compatible provider’s legacy road', async () => {
  const { generateText } = await import('ai');
  const model = (await newCompatible()).completionModel(MODEL);
  const { text } = await generateText({ model, prompt: 'Once upon', maxOutputTokens: 8 });
  expect(text).not.toBe('');
});
