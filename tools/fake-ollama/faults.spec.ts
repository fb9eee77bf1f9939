import fc from 'fast-check';
import { type FakeOllama, startFakeOllama } from './fake-ollama.ts';
import { call, post, records, said } from './test-client.ts';

let fake: FakeOllama;
beforeAll(async () => {
  fake = await startFakeOllama({ slots: 4 });
});
afterAll(() => fake.close());
afterEach(() => fake.clearScripts());

const CHAT = { model: 'llama3.1:8b', messages: [{ role: 'user', content: 'Say hello.' }] };

it('dies mid-stream: the connection breaks after the records that were written', async () => {
  fake.script({ chunks: ['One', ' two', { die: true }] });
  const answer = await post(fake, '/api/chat', CHAT);
  expect(answer).toMatchObject({ status: 200, whole: false });
  expect(said(records(answer))).toBe('One two');
});

it('dies before the first byte: there is no answer at all', async () => {
  fake.script({ chunks: [{ die: true }] });
  await expect(post(fake, '/api/chat', CHAT)).rejects.toThrow(/socket hang up|ECONNRESET/);
});

it('ends without done: the stream is whole for HTTP, and not for Ollama', async () => {
  fake.script({ chunks: ['One', { end: true }] });
  const answer = await post(fake, '/api/chat', CHAT);
  expect(answer.whole).toBe(true);
  expect(records(answer).every(({ done }) => !done)).toBe(true);
});

it('an error line after a record ends the stream; before it, it is a status', async () => {
  fake.script({ chunks: ['One', { errorLine: 'boom' }] });
  const late = await post(fake, '/api/chat', CHAT);
  expect(late.status).toBe(200);
  expect(records(late).at(-1)).toEqual({ error: 'boom' });
  fake.script({ chunks: [{ errorLine: 'boom', status: 500 }] });
  expect(await post(fake, '/api/chat', CHAT)).toMatchObject({ status: 500, text: '{"error":"boom"}' });
});

it('stalls until it is released', async () => {
  const script = fake.script({ chunks: ['One', { stall: true }, ' two'] });
  const running = call(fake, 'POST', '/api/chat', CHAT);
  await fake.waitFor(() => script.requests[0]?.slotAt);
  expect(script.requests[0]?.outcome).toBeUndefined();
  script.release();
  expect(said(records(await running.answer))).toBe('One two');
});

it('writes whatever bytes a script says, and a fault at any record', async () => {
  fake.script({ chunks: ['One', { raw: 'garbage\n' }] });
  expect((await post(fake, '/api/chat', CHAT)).text).toContain('\ngarbage\n');
  fake.script({ text: 'One two three', fault: { at: 1, step: { end: true } } });
  expect(records(await post(fake, '/api/chat', CHAT))).toHaveLength(1);
});

it('the bytes are the same however they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 5 }),
      fc.oneof(
        fc.constant('record' as const),
        fc.constant('whole' as const),
        fc.constant('byte' as const),
        fc.integer({ min: 1, max: 50 }),
        fc
          .array(fc.integer({ min: 1, max: 400 }), { maxLength: 5 })
          .map((cuts) => cuts.sort((a, b) => a - b)),
      ),
      fc.constantFrom('\n' as const, '\r\n' as const),
      async (tokens: string[], split, eol) => {
        fake.script({ chunks: tokens, wire: { split, eol } });
        const answer = await post(fake, '/api/chat', CHAT);
        expect(said(records({ text: answer.text.replaceAll('\r\n', '\n') }))).toBe(tokens.join(''));
        expect(answer.text.split(eol).length).toBe(tokens.length + 2);
      },
    ),
    { numRuns: 60 },
  );
});

it('serves scripts in their order, by what they match', async () => {
  fake.script({ model: 'qwen3:8b', chunks: ['for qwen'] });
  fake.script({ match: ({ body }) => body.options?.seed === 7, chunks: ['for seed 7'] });
  fake.script({ chunks: ['for anybody'] });
  const of = async (more: object) => said(records(await post(fake, '/api/chat', { ...CHAT, ...more })));
  expect(await of({})).toBe('for anybody');
  expect(await of({ options: { seed: 7 } })).toBe('for seed 7');
  expect(await of({ model: 'qwen3:8b', think: false })).toBe('for qwen');
});
