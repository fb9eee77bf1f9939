import type { LogDetail } from '@ollameter/admin-contract';
import { toReplay } from './replay-request';

function row(request: unknown, more: Partial<LogDetail> = {}): LogDetail {
  return { endpoint: 'chat.completions', request, ...more } as LogDetail;
}
const messages = [{ role: 'user', content: 'Hi' }];

it('sends the same to another model, as a stream with its usage', () => {
  const { body, refusal } = toReplay(row({ model: 'a', messages, temperature: 0.2, stream: false }), 'b');
  expect(refusal).toBeNull();
  expect(body).toEqual({
    model: 'b',
    messages,
    temperature: 0.2,
    stream: true,
    stream_options: { include_usage: true },
  });
});

it.each([
  ['what is no chat', row({ input: 'x' }, { endpoint: 'embeddings' }), /chat\/completions/],
  ['what was not kept', row(null), /was not kept/],
  ['what was cut', row('{"model":"a","mess… [cut]'), /Only a part/],
  ['what may not be read', row(null, { textsHidden: true }), /may not read/],
  [
    'pictures of which only the hash is left',
    row({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: `[image/png, 8 bytes, sha256 ${'0a'.repeat(32)}]` } },
          ],
        },
      ],
    }),
    /pictures/,
  ],
])('refuses %s, with the reason', (_, item, reason) => {
  const { body, refusal } = toReplay(item, 'b');
  expect(body).toBeNull();
  expect(refusal).toMatch(reason);
});

it('tells that marks stand where something was redacted', () => {
  const said = [{ role: 'user', content: 'Write to [email]' }];
  expect(toReplay(row({ messages: said }), 'b').isRedacted).toBe(true);
  expect(toReplay(row({ messages }), 'b').isRedacted).toBe(false);
});
