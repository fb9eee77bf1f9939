import { answerRecord } from '../../test/support/ledger-rig';
import type { RecordedBody } from '../exchange/exchange-record';
import { applyLogPolicy, type LogPolicy } from './log-policy';
import { Redaction, REDACTIONS } from './redaction';

const FULL: LogPolicy = {
  bodies: 'full',
  bodyMaxBytes: 1000,
  images: false,
  redaction: new Redaction([], []),
};
const REDACTING = { ...FULL, redaction: new Redaction(REDACTIONS, []) };
const PIXEL = 'iVBORw0KGgo=';

const body = (change: Partial<RecordedBody>) =>
  answerRecord({ body: { prompt: null, answer: null, request: null, response: null, ...change } });

it('cuts long texts between characters, and marks them', () => {
  const kept = applyLogPolicy(body({ answer: 'ж'.repeat(1000) }), { ...FULL, bodyMaxBytes: 101 });
  expect(kept.body?.answer).toBe('ж'.repeat(50) + '… [cut]');
});

it('keeps images as type, size and hash, in OpenAI’s and in Ollama’s form', () => {
  const request = JSON.stringify({
    messages: [
      { content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } }] },
      { content: 'look', images: [PIXEL] },
    ],
  });
  const kept = applyLogPolicy(body({ request }), FULL);
  const hash = '4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6';
  expect(JSON.parse(kept.body?.request ?? '')).toEqual({
    messages: [
      { content: [{ type: 'image_url', image_url: { url: `[image/png, 8 bytes, sha256 ${hash}]` } }] },
      { content: 'look', images: [`[image, 8 bytes, sha256 ${hash}]`] },
    ],
  });
  expect(applyLogPolicy(body({ request }), { ...FULL, images: true }).body?.request).toBe(request);
});

it('redacts texts, previews and the strings inside JSON, however they are escaped', () => {
  const kept = applyLogPolicy(
    {
      ...body({
        prompt: 'from a@b.org',
        request: '{"messages":[{"content":"from a\\u0040b.org"}],"seed":4111111111111111}',
        response: 'not json a@b.org',
      }),
      promptPreview: 'from a@b.org',
    },
    REDACTING,
  );
  expect(kept).toMatchObject({
    promptPreview: 'from [email]',
    body: {
      prompt: 'from [email]',
      request: '{"messages":[{"content":"from [email]"}],"seed":4111111111111111}',
      response: 'not json [email]',
    },
  });
});

it('leaves no half of an address at the end of a preview that was cut', () => {
  const promptPreview = `${'word '.repeat(46)}jane@exam`.padEnd(240, 'p').slice(0, 240);
  expect(applyLogPolicy({ ...body({}), promptPreview }, REDACTING).promptPreview).toBe('word '.repeat(46));
});

it('redacts before it cuts', () => {
  const kept = applyLogPolicy(body({ prompt: `${'x'.repeat(95)} a@bcdef.org` }), {
    ...REDACTING,
    bodyMaxBytes: 100,
  });
  expect(kept.body?.prompt).toBe(`${'x'.repeat(95)} [ema… [cut]`);
});

it('keeps no text with metadata, and no address with none', () => {
  expect(applyLogPolicy(answerRecord(), { ...FULL, bodies: 'metadata' })).toMatchObject({
    body: null,
    promptPreview: null,
    answerPreview: null,
    clientAddress: '127.0.0.1',
  });
  expect(applyLogPolicy(answerRecord(), { ...FULL, bodies: 'none' })).toMatchObject({
    clientAddress: null,
    userAgent: null,
  });
});
