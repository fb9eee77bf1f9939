import { NO_ANSWER } from './chat-turn';
import { bringsText, foldChunk } from './fold-chunk';

it('joins text, thoughts, the reason of the end and the usage', () => {
  const chunks = [
    { choices: [{ delta: { reasoning_content: 'Hm.' } }] },
    { choices: [{ delta: { content: 'Hel' } }] },
    { choices: [{ delta: { content: 'lo' } }] },
    { choices: [{ delta: {}, finish_reason: 'stop' }] },
    { choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } },
  ];
  expect(chunks.reduce(foldChunk, NO_ANSWER)).toEqual({
    text: 'Hello',
    thinking: 'Hm.',
    toolCalls: [],
    finishReason: 'stop',
    promptTokens: 7,
    completionTokens: 3,
  });
});

it('joins the pieces of each tool call', () => {
  const call = (index: number, id: string | undefined, name: string | undefined, args: string) => ({
    choices: [
      {
        delta: {
          tool_calls: [
            {
              index,
              ...(id === undefined ? {} : { id }),
              function: { ...(name === undefined ? {} : { name }), arguments: args },
            },
          ],
        },
      },
    ],
  });
  const chunks = [
    call(0, 'a', 'weather', '{"ci'),
    call(0, undefined, undefined, 'ty":"Oslo"}'),
    call(1, 'b', 'time', '{}'),
  ];
  expect(chunks.reduce(foldChunk, NO_ANSWER).toolCalls).toEqual([
    { id: 'a', name: 'weather', arguments: '{"city":"Oslo"}', result: '' },
    { id: 'b', name: 'time', arguments: '{}', result: '' },
  ]);
});

it('counts only chunks that bring something to see', () => {
  const grown = foldChunk(NO_ANSWER, { choices: [{ delta: { content: 'x' } }] });
  expect(bringsText(NO_ANSWER, grown)).toBe(true);
  expect(bringsText(grown, foldChunk(grown, { choices: [{ delta: { content: '' } }] }))).toBe(false);
});
