import { PlainLogger } from './plain-logger';

it('censors a structured message as JSON lines do, and leaves sentences as they are', () => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const logger = new PlainLogger('info');
  logger.log({ status: 401, headers: { Authorization: 'Bearer sk-1' } }, 'request');
  logger.log('opened', 'Spool');
  const written = write.mock.calls.map(([text]) => String(text)).join('');
  write.mockRestore();
  expect(written).toContain('[Redacted]');
  expect(written).toContain('401');
  expect(written).not.toContain('sk-1');
  expect(written).toContain('opened');
});
