import { execFileSync } from 'node:child_process';
import type { LogDetail } from '@ollameter/admin-contract';
import fc from 'fast-check';
import { toCurl } from './curl';
import { toTranscript } from './transcript';

function detail(request: unknown, response: unknown, texts: Partial<LogDetail> = {}): LogDetail {
  return { model: 'm', prompt: 'p', answer: 'a', request, response, ...texts } as LogDetail;
}

function shape(request: unknown, response: unknown) {
  return toTranscript(detail(request, response)).map(({ who, parts }) => [who, ...parts]);
}

it('reads a chat with pictures, thinking and tools', () => {
  const picture = 'data:image/png;base64,AAAA';
  const call = { id: '1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } };
  expect(
    shape(
      {
        messages: [
          { role: 'system', content: 's' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 't' },
              { type: 'image_url', image_url: { url: picture } },
            ],
          },
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: '1', content: 'found' },
        ],
      },
      {
        choices: [
          { message: { role: 'assistant', reasoning_content: 'hm', content: 'yes' }, finish_reason: 'stop' },
        ],
      },
    ),
  ).toEqual([
    ['system', { kind: 'text', text: 's' }],
    ['user', { kind: 'text', text: 't' }, { kind: 'image', source: picture }],
    ['assistant', { kind: 'tool_call', name: 'look', arguments: '{"a":1}' }],
    ['tool', { kind: 'tool_result', name: '1', text: 'found' }],
    ['assistant', { kind: 'thinking', text: 'hm' }, { kind: 'text', text: 'yes' }],
  ]);
});

it('reads the Responses API', () => {
  expect(
    shape(
      { instructions: 'be kind', input: [{ role: 'user', content: [{ type: 'input_text', text: 'hi' }] }] },
      {
        output: [
          { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'hello' }] },
          { type: 'function_call', name: 'look', arguments: '{}' },
        ],
      },
    ),
  ).toEqual([
    ['system', { kind: 'text', text: 'be kind' }],
    ['user', { kind: 'text', text: 'hi' }],
    [
      'assistant',
      { kind: 'thinking', text: 'hm' },
      { kind: 'text', text: 'hello' },
      { kind: 'tool_call', name: 'look', arguments: '{}' },
    ],
  ]);
});

it("reads completions, embeddings and Ollama's own", () => {
  expect(shape({ prompt: 'x' }, { choices: [{ text: 'y' }] })).toEqual([
    ['user', { kind: 'text', text: 'x' }],
    ['assistant', { kind: 'text', text: 'y' }],
  ]);
  expect(shape({ input: ['x', 'y'] }, null)).toEqual([
    ['user', { kind: 'text', text: 'x' }, { kind: 'text', text: 'y' }],
    ['assistant', { kind: 'text', text: 'a' }],
  ]);
  expect(shape({ system: 's', prompt: 'x' }, { response: 'y' })).toEqual([
    ['system', { kind: 'text', text: 's' }],
    ['user', { kind: 'text', text: 'x' }],
    ['assistant', { kind: 'text', text: 'y' }],
  ]);
  expect(
    shape(
      { messages: [{ role: 'user', content: 'x', images: ['AAAA'] }] },
      { message: { thinking: 'h', content: 'y' } },
    ),
  ).toEqual([
    ['user', { kind: 'image', source: null }, { kind: 'text', text: 'x' }],
    ['assistant', { kind: 'thinking', text: 'h' }, { kind: 'text', text: 'y' }],
  ]);
});

it('falls back to the plain texts, and never throws on what a client sent', () => {
  expect(shape('{"cut short', undefined)).toEqual([
    ['user', { kind: 'text', text: 'p' }],
    ['assistant', { kind: 'text', text: 'a' }],
  ]);
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.jsonValue(),
      (request, response) => void toTranscript(detail(request, response)),
    ),
  );
  fc.assert(
    fc.property(
      fc.jsonValue(),
      (value) =>
        void toTranscript(detail({ messages: [value] }, { choices: [{ message: value }], output: [value] })),
    ),
  );
});

it('writes a request for a shell, whatever it says', () => {
  expect(toCurl('http://x', 'models', {})).toBeNull();
  expect(toCurl('http://x', 'chat.completions', null)).toBeNull();
  expect(toCurl('http://x', 'chat.completions', { a: 1 })).toContain(
    'curl http://x/v1/chat/completions \\\n',
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (said) => {
      const text = said.replaceAll('\0', '');
      const curl = toCurl('http://x', 'chat.completions', { text }) ?? '';
      const script = curl.replace(/^curl/, `printf '%s\\n'`);
      const printed = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
      expect(printed.endsWith(`-d\n${JSON.stringify({ text })}\n`)).toBe(true);
    }),
    { numRuns: 25 },
  );
});
