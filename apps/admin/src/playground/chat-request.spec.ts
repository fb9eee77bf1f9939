import { PLAIN_SETTINGS, chatRequest, toolsProblem } from './chat-request';
import { type ChatTurn, NO_ANSWER } from './chat-turn';

function turn(change: Partial<ChatTurn>): ChatTurn {
  return {
    id: 1,
    question: { text: 'Hi', images: [] },
    model: 'm',
    answer: NO_ANSWER,
    state: 'waiting',
    problem: null,
    requestId: null,
    startedAtMs: 0,
    firstTokenMs: null,
    lastTokenMs: null,
    pieces: 0,
    energyWh: null,
    cost: null,
    ...change,
  };
}

it('sends nothing that the person left alone', () => {
  expect(chatRequest('m', PLAIN_SETTINGS, [turn({})])).toEqual({
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    stream_options: { include_usage: true },
  });
});

it('sends every setting by its OpenAI name', () => {
  const settings = {
    system: ' Be brief. ',
    temperature: 0,
    topP: 0.9,
    maxTokens: 64,
    seed: 7,
    frequencyPenalty: 0.5,
    presencePenalty: -1,
    stop: 'END\n\n###',
    thinking: 'low',
    jsonOnly: true,
    tools: '[{"type":"function","function":{"name":"f"}}]',
  } as const;
  expect(chatRequest('m', settings, [turn({})])).toMatchObject({
    messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user' }],
    temperature: 0,
    top_p: 0.9,
    max_tokens: 64,
    seed: 7,
    frequency_penalty: 0.5,
    presence_penalty: -1,
    stop: ['END', '###'],
    reasoning_effort: 'low',
    response_format: { type: 'json_object' },
    tools: [{ type: 'function', function: { name: 'f' } }],
  });
});

it('tells the conversation so far, without what failed', () => {
  const done = turn({ answer: { ...NO_ANSWER, text: 'Hello' }, state: 'done' });
  const failed = turn({ answer: { ...NO_ANSWER, text: 'Hel' }, state: 'failed' });
  const { messages } = chatRequest('m', PLAIN_SETTINGS, [done, failed, turn({})]);
  expect(messages).toEqual([
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
    { role: 'user', content: 'Hi' },
    { role: 'user', content: 'Hi' },
  ]);
});

it('hands back the results of tools', () => {
  const toolCalls = [{ id: 'a', name: 'weather', arguments: '{"city":"Oslo"}', result: 'rain' }];
  const called = turn({ answer: { ...NO_ANSWER, toolCalls }, state: 'done' });
  const { messages } = chatRequest('m', PLAIN_SETTINGS, [called, turn({ question: null })]);
  expect(messages).toEqual([
    { role: 'user', content: 'Hi' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'a', content: 'rain' },
  ]);
});

it('sends pictures beside the text', () => {
  const question = { text: 'What is it?', images: ['data:image/png;base64,AA'] };
  expect(chatRequest('m', PLAIN_SETTINGS, [turn({ question })])['messages']).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is it?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
      ],
    },
  ]);
});

it('says what is wrong with tools', () => {
  expect(toolsProblem('')).toBeNull();
  expect(toolsProblem('[]')).toBeNull();
  expect(toolsProblem('{}')).toContain('array');
  expect(toolsProblem('[')).toEqual(expect.any(String));
});
