import type OpenAI from 'openai';
import type { ChatCompletion, ChatCompletionChunk } from './chat-completion';

// Proof by the compiler (`typecheck`) that our answers are what the official SDK declares.
const asCompletion = (answer: ChatCompletion): OpenAI.ChatCompletion => answer;
const asChunk = (chunk: ChatCompletionChunk): OpenAI.ChatCompletionChunk => chunk;

describe('chat completion types', () => {
  it("are assignable to the official SDK's", () => {
    const answer: ChatCompletion = {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'x', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
    };
    expect(asCompletion(answer).choices[0]?.message.content).toBe('x');
    const chunk: ChatCompletionChunk = {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta: { content: 'x' }, logprobs: null, finish_reason: null }],
    };
    expect(asChunk(chunk).choices[0]?.delta.content).toBe('x');
  });
});
