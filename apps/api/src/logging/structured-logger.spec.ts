import { Logger } from '@nestjs/common';
import { StructuredLogger } from './structured-logger';

function lines(
  level: 'debug' | 'info',
  write: (logger: StructuredLogger) => void,
): Record<string, unknown>[] {
  const written: string[] = [];
  write(new StructuredLogger(level, { write: (line) => void written.push(line) }));
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

it("writes Nest's calls as one JSON line each, with level, time, context and stack", () => {
  const [info, error] = lines('info', (logger) => {
    Logger.overrideLogger(logger);
    new Logger('Spool').log('opened');
    new Logger('Spool').error('broken', new Error('disk'));
    Logger.overrideLogger(false);
  });
  expect(info).toMatchObject({ level: 'info', context: 'Spool', msg: 'opened' });
  expect(Date.parse(String(info?.['time']))).not.toBeNaN();
  expect(error).toMatchObject({ level: 'error', context: 'Spool', msg: 'broken', error: 'disk' });
  expect(error?.['stack']).toMatch(/structured-logger\.spec/);
});

it('keeps the fields of a structured message, and drops what is below its level', () => {
  const written = lines('info', (logger) => {
    logger.debug('unseen', 'X');
    logger.log({ requestId: 'r1', status: 200 }, 'request');
  });
  expect(written).toHaveLength(1);
  expect(written[0]).toMatchObject({ context: 'request', requestId: 'r1', status: 200 });
});

it("keeps Nest's lines on its own start for level debug", () => {
  const mapped = (logger: StructuredLogger) => logger.log('Mapped {/v1/models, GET} route', 'RouterExplorer');
  expect(lines('info', mapped)).toEqual([]);
  expect(lines('debug', mapped)).toHaveLength(1);
});

it('censors fields named like secrets, in the line and inside its objects, and nothing else', () => {
  const headers = { authorization: 'Bearer sk-1', cookie: 'c-1', 'set-cookie': ['s-1'], 'x-api-key': 'k-1' };
  const [written] = lines('info', (logger) =>
    logger.log({ apiKey: 'a-1', password: 'p-1', token: 't-1', status: 401, headers, request: { headers } }),
  );
  const censored = Object.fromEntries(Object.keys(headers).map((name) => [name, '[Redacted]']));
  expect(written).toMatchObject({
    apiKey: '[Redacted]',
    password: '[Redacted]',
    token: '[Redacted]',
    status: 401,
    headers: censored,
    request: { headers: censored },
  });
  expect(headers.authorization).toBe('Bearer sk-1');
});
