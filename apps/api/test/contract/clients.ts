import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { zodResponsesFunction, zodTextFormat, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { collect } from '../support/collect';
import { API_KEY, type GatewayRig } from '../support/gateway-rig';

/** One request, said to every client in its own words. */
export interface Question {
  model: string;
  streamed: boolean;
  /** Beside the question "Well?". */
  pictureBase64?: string;
  /** Offers the tool `weather` of a `city`. */
  offersTool?: boolean;
  /** Wants an object with a `name`. */
  wantsObject?: boolean;
  retries?: number;
  signal?: AbortSignal;
  /** Told of each piece of text that comes. */
  onText?: (text: string) => void;
}

/** What a client makes of the answer. */
export interface Heard {
  text: string;
  reasoning?: string;
  calls?: { name: string; args: unknown }[];
}

type Ask = (rig: GatewayRig, question: Question) => Promise<Heard>;

const PROMPT = 'Well?';
const city = z.object({ city: z.string() });
const person = z.object({ name: z.string() });
const dataUrl = (base64: string) => `data:image/png;base64,${base64}`;
const jsonTool = {
  type: 'function' as const,
  function: { name: 'weather', description: 'Weather of a city', parameters: z.toJSONSchema(city) },
};

const openaiChat: Ask = async (rig, { model, streamed, signal, onText, ...question }) => {
  const { chat } = rig.openai({ maxRetries: question.retries ?? 0 });
  const { pictureBase64 } = question;
  const body: OpenAI.ChatCompletionCreateParamsNonStreaming = {
    model,
    messages: [
      {
        role: 'user',
        content:
          pictureBase64 === undefined
            ? PROMPT
            : [
                { type: 'text', text: PROMPT },
                { type: 'image_url', image_url: { url: dataUrl(pictureBase64) } },
              ],
      },
    ],
    ...(question.offersTool && { tools: [jsonTool] }),
    ...(question.wantsObject && { response_format: zodResponseFormat(person, 'person') }),
  };
  let reasoning = '';
  let completion: OpenAI.ChatCompletion;
  if (streamed) {
    const stream = chat.completions.stream({ ...body, stream: true }, { signal });
    stream.on('chunk', ({ choices: [choice] }) => {
      const delta = choice?.delta as { reasoning_content?: string } | undefined;
      reasoning += delta?.reasoning_content ?? '';
    });
    stream.on('content', (text) => onText?.(text));
    completion = await stream.finalChatCompletion();
  } else {
    completion = await chat.completions.create(body, { signal });
    const message = completion.choices[0]?.message as { reasoning_content?: string } | undefined;
    reasoning = message?.reasoning_content ?? '';
  }
  const message = completion.choices[0]?.message;
  const calls = (message?.tool_calls ?? []) as OpenAI.ChatCompletionMessageFunctionToolCall[];
  return {
    text: message?.content ?? '',
    reasoning,
    calls: calls.map(({ function: { name, arguments: args } }) => ({
      name,
      args: JSON.parse(args) as unknown,
    })),
  };
};

const openaiResponses: Ask = async (rig, { model, streamed, signal, onText, ...question }) => {
  const { responses } = rig.openai({ maxRetries: question.retries ?? 0 });
  const { pictureBase64 } = question;
  const body: OpenAI.Responses.ResponseCreateParamsNonStreaming = {
    model,
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: PROMPT },
          ...(pictureBase64 === undefined
            ? []
            : [{ type: 'input_image' as const, detail: 'auto' as const, image_url: dataUrl(pictureBase64) }]),
        ],
      },
    ],
    ...(question.offersTool && { tools: [zodResponsesFunction({ name: 'weather', parameters: city })] }),
    ...(question.wantsObject && { text: { format: zodTextFormat(person, 'person') } }),
  };
  const stream = streamed ? responses.stream({ ...body, stream: true }, { signal }) : null;
  stream?.on('response.output_text.delta', ({ delta }) => onText?.(delta));
  const { output, output_text } =
    stream === null ? await responses.create(body, { signal }) : await stream.finalResponse();
  return {
    text: output_text,
    reasoning: output
      .flatMap((item) => (item.type === 'reasoning' ? (item.content ?? []) : []))
      .map(({ text }) => text)
      .join(''),
    calls: output.flatMap((item) =>
      item.type === 'function_call' ? [{ name: item.name, args: JSON.parse(item.arguments) as unknown }] : [],
    ),
  };
};

const newest = () => import('@langchain/openai');
const n8ns = () => import('langchain-openai-n8n') as unknown as ReturnType<typeof newest>;

function langchain(load: typeof newest, useResponsesApi: boolean): Ask {
  return async (rig, { model, streamed, signal, onText, ...question }) => {
    const { ChatOpenAI } = await load();
    const chat = new ChatOpenAI({
      model,
      apiKey: API_KEY,
      useResponsesApi,
      maxRetries: question.retries ?? 0,
      configuration: { baseURL: `${rig.gatewayUrl}/v1` },
      // By its own field LangChain asks only models of OpenAI's names to reason.
      ...(useResponsesApi && { modelKwargs: { reasoning: { summary: 'auto' } } }),
    });
    const { pictureBase64 } = question;
    const content = [
      { type: 'text', text: PROMPT },
      ...(pictureBase64 === undefined
        ? []
        : [{ type: 'image_url', image_url: { url: dataUrl(pictureBase64) } }]),
    ];
    const input = [{ role: 'user', content }];
    if (question.wantsObject) {
      const structured = chat.withStructuredOutput(person, { method: 'jsonSchema', name: 'person' });
      const object: unknown = streamed
        ? (await collect(await structured.stream(input))).at(-1)
        : await structured.invoke(input);
      return { text: JSON.stringify(object) };
    }
    const options = { signal };
    const bound = question.offersTool
      ? chat.bindTools([{ name: 'weather', description: 'Weather of a city', schema: city }])
      : chat;
    const turn = streamed
      ? (await collect(await bound.stream(input, options), (chunk) => onText?.(chunk.text))).reduce(
          (sum, chunk) => sum.concat(chunk),
        )
      : await bound.invoke(input, options);
    const { reasoning } = turn.additional_kwargs as { reasoning?: { summary?: { text: string }[] } };
    return {
      text: turn.text,
      reasoning: (reasoning?.summary ?? []).map(({ text }) => text).join(''),
      calls: (turn.tool_calls ?? []).map(({ name, args }) => ({ name, args })),
    };
  };
}

function vercel(road: 'chat' | 'responses' | 'compatible'): Ask {
  return async (rig, { model, streamed, signal, onText, retries, ...question }) => {
    const { generateText, Output, streamText, tool } = await import('ai');
    const settings = { baseURL: `${rig.gatewayUrl}/v1`, apiKey: API_KEY };
    const openai = (await import('@ai-sdk/openai')).createOpenAI(settings);
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    const compatible = createOpenAICompatible({
      ...settings,
      name: 'ollameter',
      supportsStructuredOutputs: true,
    });
    const { pictureBase64: data } = question;
    const options = {
      model: road === 'compatible' ? compatible.chatModel(model) : openai[road](model),
      messages: [
        {
          role: 'user' as const,
          content: [
            { type: 'text' as const, text: PROMPT },
            ...(data === undefined ? [] : [{ type: 'file' as const, data, mediaType: 'image/png' }]),
          ],
        },
      ],
      maxRetries: retries ?? 0,
      ...(signal && { abortSignal: signal }),
      ...(road === 'responses' && {
        providerOptions: { openai: { reasoningSummary: 'auto', forceReasoning: true } },
      }),
      ...(question.offersTool && { tools: { weather: tool({ inputSchema: city }) } }),
      ...(question.wantsObject && { output: Output.object({ schema: person }) }),
    };
    if (!streamed) {
      const { text, reasoningText, toolCalls } = await generateText(options);
      return { text, reasoning: reasoningText ?? '', calls: toolCalls.map(toCall) };
    }
    let failure: unknown = null;
    const result = streamText({ ...options, onError: ({ error }) => (failure = error) });
    for await (const text of result.textStream) onText?.(text);
    if (failure !== null) throw failure as Error;
    signal?.throwIfAborted();
    const { text, reasoningText, toolCalls } = result;
    return { text: await text, reasoning: (await reasoningText) ?? '', calls: (await toolCalls).map(toCall) };
  };
}

const toCall = ({ toolName, input }: { toolName: string; input: unknown }) => ({
  name: toolName,
  args: input,
});

const ollama: Ask = async (rig, { model, streamed, signal, onText, ...question }) => {
  const client = new Ollama({ host: rig.gatewayUrl, headers: { authorization: `Bearer ${API_KEY}` } });
  signal?.addEventListener('abort', () => client.abort());
  const body = {
    model,
    messages: [
      {
        role: 'user',
        content: PROMPT,
        ...(question.pictureBase64 !== undefined && { images: [question.pictureBase64] }),
      },
    ],
    ...(question.offersTool && { tools: [jsonTool as never] }),
    ...(question.wantsObject && { format: z.toJSONSchema(person) }),
  };
  const parts = streamed
    ? await collect(await client.chat({ ...body, stream: true }), ({ message }) => onText?.(message.content))
    : [await client.chat({ ...body, stream: false })];
  return {
    text: parts.map(({ message }) => message.content).join(''),
    reasoning: parts.map(({ message }) => message.thinking ?? '').join(''),
    calls: parts.flatMap(({ message }) =>
      (message.tool_calls ?? []).map(({ function: { name, arguments: args } }) => ({
        name,
        args: args,
      })),
    ),
  };
};

/** The clients that docs/API.md names, by road; and what a client itself has no word for. */
export const CLIENTS: Record<
  string,
  { ask: Ask; lacks?: readonly ('reasoning' | 'retries' | 'unary abort')[] }
> = {
  'openai, chat': { ask: openaiChat },
  'openai, responses': { ask: openaiResponses },
  '@langchain/openai 1.4.4 (n8n), chat': { ask: langchain(n8ns, false), lacks: ['reasoning'] },
  '@langchain/openai 1.4.4 (n8n), responses': { ask: langchain(n8ns, true) },
  '@langchain/openai, chat': { ask: langchain(newest, false), lacks: ['reasoning'] },
  '@langchain/openai, responses': { ask: langchain(newest, true) },
  'ai with @ai-sdk/openai, chat': { ask: vercel('chat'), lacks: ['reasoning'] },
  'ai with @ai-sdk/openai, responses': { ask: vercel('responses') },
  'ai with @ai-sdk/openai-compatible': { ask: vercel('compatible') },
  ollama: { ask: ollama, lacks: ['retries', 'unary abort'] },
};
