import { argon2Sync } from 'node:crypto';
import { Argon2Thread } from './argon2-thread';

const parameters = {
  message: 'a password',
  nonce: Buffer.alloc(16, 7),
  parallelism: 1,
  tagLength: 32,
  memory: 64,
  passes: 2,
};
const thread = new Argon2Thread();

it('derives what the same parameters derive on this thread, each question its own answer', async () => {
  const messages = ['one', 'two', 'three'];
  const tags = await Promise.all(messages.map((message) => thread.derive({ ...parameters, message })));
  expect(tags).toEqual(messages.map((message) => argon2Sync('argon2id', { ...parameters, message })));
});

it('rejects parameters out of range, and goes on', async () => {
  await expect(thread.derive({ ...parameters, memory: 1 })).rejects.toThrow('memory');
  await expect(thread.derive(parameters)).resolves.toEqual(argon2Sync('argon2id', parameters));
});

it('rejects what the thread cannot be told, and goes on', async () => {
  const unsendable = { ...parameters, message: (() => undefined) as unknown as string };
  await expect(thread.derive(unsendable)).rejects.toThrow('could not be cloned');
  await expect(thread.derive(parameters)).resolves.toHaveLength(32);
});
