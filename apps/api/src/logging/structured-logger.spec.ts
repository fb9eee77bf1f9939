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

it('censors fields named like secrets, in any spelling and depth', () => {
  const headers = { Authorization: 'Bearer sk-1', 'set-cookie': ['s-1'], 'X-Api-Key': 'k-1' };
  const [written] = lines('info', (logger) =>
    logger.log({ api_key: 'a-1', accessToken: 't-1', status: 401, request: { response: { headers } } }),
  );
  expect(written).toMatchObject({
    api_key: '[Redacted]',
    accessToken: '[Redacted]',
    status: 401,
    request: {
      response: {
        headers: { Authorization: '[Redacted]', 'set-cookie': '[Redacted]', 'X-Api-Key': '[Redacted]' },
      },
    },
  });
  expect(headers.Authorization).toBe('Bearer sk-1');
});
