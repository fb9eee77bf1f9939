import type OpenAI from 'openai';
import { ChatCodec } from './chat-codec';

const record = (content: string) => ({ message: { role: 'assistant', content }, done: false });
const done = {
  message: { role: 'assistant', content: '' },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 7,
  eval_count: 2,
};

function streamed(
  includeUsage: boolean,
  doneRecord: object = done,
): { chunks: OpenAI.ChatCompletionChunk[]; text: string } {
  const stream = new ChatCodec('chatcmpl-1', 100, 'm', includeUsage);
  const batches = [[record('Hel')], [record('lo "\n'), record('✓')], [doneRecord]];
  let text = '';
  for (const batch of batches) {
    stream.take(batch);
    text += stream.frames(batch);
  }
  text += stream.last();
  const frames = text.split('\n\n').filter((frame) => frame !== '');
  expect(frames.at(-1)).toBe('data: [DONE]');
  const chunks = frames
    .slice(0, -1)
    .map((frame) => JSON.parse(frame.slice('data: '.length)) as OpenAI.ChatCompletionChunk);
  return { chunks, text };
}

describe('ChatCodec', () => {
  it('starts with the role, carries every piece once, ends with the reason and the end mark', () => {
    const { chunks } = streamed(false);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('Hello "\n✓');
    expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason)).toEqual([null, null, null, null, 'stop']);
    for (const chunk of chunks) {
      expect(chunk).toMatchObject({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 100,
        model: 'm',
      });
      expect(chunk).not.toHaveProperty('usage');
    }
  });

  it('with include_usage: null in every chunk, the figures in a last one without choices', () => {
    const { chunks } = streamed(true);
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
    });
  });

  it('says length where Ollama stopped for length', () => {
    const { chunks } = streamed(false, { ...done, done_reason: 'length' });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('length');
  });

  it('folds to the same answer', () => {
    const stream = new ChatCodec('chatcmpl-1', 100, 'm', false);
    stream.take([record('a'), record('b'), done]);
    expect(stream.folded()).toMatchObject({
      choices: [{ message: { content: 'ab', refusal: null }, finish_reason: 'stop' }],
      usage: { total_tokens: 9 },
    });
  });
});
