import { checkChatRequest } from './chat-request';

const problem = (body: unknown) => {
  const check = checkChatRequest(body);
  return check.ok ? null : check.problem;
};

describe('checkChatRequest', () => {
  it('accepts what clients really send: nulls, unknown fields, array content, a missing model', () => {
    expect(
      problem({
        messages: [
          { role: 'developer', content: 'Be brief.' },
          { role: 'user', content: [{ type: 'text', text: 'Hi' }], name: null },
          { role: 'assistant', content: null },
        ],
        temperature: null,
        stream_options: { include_usage: true, include_obfuscation: false },
        safety_identifier: 'abc',
      }),
    ).toBeNull();
  });

  it.each([
    [{}, 'messages', /Missing required parameter: 'messages'/],
    [{ messages: [] }, 'messages', /messages/],
    [{ messages: 'hi' }, 'messages', /array/],
    [{ messages: [{ content: 'x' }] }, 'messages[0].role', /Missing required parameter/],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role', /messages\[0\]\.role/],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0].content', /string/],
    [{ messages: [{ role: 'user', content: 'x' }], temperature: 9 }, 'temperature', /<= 2/],
    [{ messages: [{ role: 'user', content: 'x' }], max_tokens: 0 }, 'max_tokens', />= 1/],
    [{ messages: [{ role: 'user', content: 'x' }], stop: [1] }, 'stop[0]', /string/],
    [[], null, /JSON object/],
    [null, null, /JSON object/],
  ])('names the field of %j', (body, param, message) => {
    expect(problem(body)).toMatchObject({ param, message: expect.stringMatching(message) as string });
  });
});
