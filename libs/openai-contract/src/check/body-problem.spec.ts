import { checkChatRequest } from '../chat/chat-request';
import { checkEmbeddingRequest } from '../embeddings/embedding-request';
import { checkResponseRequest } from '../responses/response-request';

const user = { role: 'user', content: 'Hi' };
const chat = (body: object): [string | null, string] => told(checkChatRequest({ messages: [user], ...body }));
const told = (check: ReturnType<typeof checkChatRequest> | ReturnType<typeof checkResponseRequest>) =>
  check.ok
    ? ([null, 'ok'] as [null, string])
    : ([check.problem.param, check.problem.message] as [string, string]);

describe('toBodyProblem', () => {
  it.each<[object, string, string]>([
    [
      { temperature: 'hot' },
      'temperature',
      "Invalid type for 'temperature': expected a number, but got a string instead.",
    ],
    [{ temperature: 9 }, 'temperature', "Invalid value for 'temperature': must be <= 2."],
    [{ n: 1.5 }, 'n', "Invalid type for 'n': expected an integer, but got a number instead."],
    [
      { stop: 5 },
      'stop',
      "Invalid type for 'stop': expected a string or an array, but got a number instead.",
    ],
    [
      { stop: ['a', 1] },
      'stop[1]',
      "Invalid type for 'stop[1]': expected a string, but got a number instead.",
    ],
    [
      { messages: [user, { role: 'robot' }] },
      'messages[1].role',
      "Invalid value for 'messages[1].role': 'robot'. Supported values are: 'system', 'developer', 'user', 'assistant', 'tool', 'function'.",
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 5 }] }] },
      'messages[0].content[0].type',
      "Invalid type for 'messages[0].content[0].type': expected a string, but got a number instead.",
    ],
    [
      { response_format: { type: 'xml' } },
      'response_format.type',
      "Invalid value for 'response_format.type': 'xml'. Supported values are: 'text', 'json_object', 'json_schema'.",
    ],
    [
      { response_format: { type: 'json_schema' } },
      'response_format.json_schema',
      "Missing required parameter: 'response_format.json_schema'.",
    ],
    [
      { response_format: 'json' },
      'response_format',
      "Invalid type for 'response_format': expected an object, but got a string instead.",
    ],
    [
      { tool_choice: 'any' },
      'tool_choice',
      "Invalid value for 'tool_choice': 'any'. Supported values are: 'none', 'auto', 'required'.",
    ],
    [
      { tool_choice: { type: 'function' } },
      'tool_choice.function',
      "Missing required parameter: 'tool_choice.function'.",
    ],
    [
      { reasoning_effort: 'huge' },
      'reasoning_effort',
      "Invalid value for 'reasoning_effort': 'huge'. Supported values are: 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'.",
    ],
    [
      { tools: [{ type: 'function', function: {} }] },
      'tools[0].function.name',
      "Missing required parameter: 'tools[0].function.name'.",
    ],
    [
      { logit_bias: { 5: 'x' } },
      'logit_bias[5]',
      "Invalid type for 'logit_bias[5]': expected a number, but got a string instead.",
    ],
  ])('of %j names %s', (body, param, message) => {
    expect(chat(body)).toEqual([param, message]);
  });

  it('takes the branch of a union that was meant', () => {
    const embed = (input: unknown) => {
      const check = checkEmbeddingRequest({ input });
      return check.ok ? null : check.problem.message;
    };
    expect(embed(Array(2049).fill('a'))).toBe(
      "Invalid value for 'input': must not have more than 2048 items.",
    );
    expect(embed(['a', ''])).toMatch(/^Invalid value for 'input\[1\]'/);
    expect(embed({})).toMatch(/^Invalid type for 'input': expected a string or an array, but got an object/);
    expect(told(checkResponseRequest({ input: [{ role: 'user', content: 5 }] }))).toEqual([
      'input[0].content',
      "Invalid type for 'input[0].content': expected a string or an array, but got a number instead.",
    ]);
  });

  it('of a key that a client made is short and well-formed', () => {
    const [param] = chat({ logit_bias: { ['\ud800'.repeat(5000)]: 'x' } });
    expect(param?.length).toBeLessThanOrEqual(200);
    expect(param?.isWellFormed()).toBe(true);
  });
});
