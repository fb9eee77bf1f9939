import type { ChatRequest } from '@ollameter/openai-contract';
import { toOllamaChat } from './to-ollama-chat';

const user = { role: 'user' as const, content: 'Hi' };
const translate = (request: Partial<ChatRequest>, numCtx: number | null = null) =>
  toOllamaChat({ messages: [user], ...request }, 'llama3.1:8b', numCtx);

describe('toOllamaChat', () => {
  it('sends nothing that the client did not say, so that the model’s own parameters hold', () => {
    expect(translate({ temperature: null, stop: null, seed: null })).toEqual({
      model: 'llama3.1:8b',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      truncate: false,
    });
  });

  it('maps every sampling field that Ollama knows', () => {
    const { options, keep_alive } = translate({
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
      min_p: 0.1,
      repeat_penalty: 1.1,
      presence_penalty: -1,
      frequency_penalty: 1,
      seed: 7,
      stop: 'END',
      max_tokens: 10,
      max_completion_tokens: 12,
      keep_alive: '10m',
    });
    expect(options).toEqual({
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
      min_p: 0.1,
      repeat_penalty: 1.1,
      presence_penalty: -1,
      frequency_penalty: 1,
      seed: 7,
      stop: ['END'],
      num_predict: 12,
    });
    expect(keep_alive).toBe('10m');
  });

  it('pins num_ctx where one is set, and only there', () => {
    expect(translate({}, 8192).options).toEqual({ num_ctx: 8192 });
  });

  it('turns developer into system and joins content parts in order', () => {
    const { messages } = translate({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'One ' },
            { type: 'text', text: 'two' },
          ],
        },
        { role: 'assistant', content: null },
      ],
    });
    expect(messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'One two' },
      { role: 'assistant', content: '' },
    ]);
  });

  it.each([
    ['tools', { tools: [{ type: 'function' }] }],
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['modalities', { modalities: ['text', 'audio'] }],
    [
      'messages[0].content[1].type',
      { messages: [{ ...user, content: [{ type: 'text', text: 'x' }, { type: 'image_url' }] }] },
    ],
    ['messages[0].role', { messages: [{ role: 'tool' as const, content: 'x' }] }],
  ])('refuses %s by name instead of dropping it', (param, request) => {
    expect(() => translate(request)).toThrow(expect.objectContaining({ param }) as Error);
  });

  it('lets harmless forms of the same fields pass', () => {
    expect(() =>
      translate({
        tools: [],
        n: 1,
        logprobs: false,
        response_format: { type: 'text' },
        modalities: ['text'],
      }),
    ).not.toThrow();
  });
});
