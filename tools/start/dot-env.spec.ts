import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDotEnv, readDotEnv } from './dot-env.ts';

const parse = (text: string) => parseDotEnv(text, '.env');

describe('.env', () => {
  it('understands export, comments, quotes, escapes, a byte order mark and Windows line ends', () => {
    expect(
      parse(
        [
          '\uFEFF# a comment',
          'PLAIN=8080',
          'export EXPORTED=yes # an inline comment',
          'HASH=a#b',
          'EMPTY=',
          'EMPTY_WITH_COMMENT= # nothing',
          'DOUBLE="two words # and \\"quotes\\"\\n" # comment',
          "SINGLE='as it is \\n'",
          ' SPACED = around ',
          'URL=postgres://u:p=q@h/db?x=1',
        ].join('\r\n'),
      ),
    ).toEqual({
      PLAIN: '8080',
      EXPORTED: 'yes',
      HASH: 'a#b',
      EMPTY: '',
      EMPTY_WITH_COMMENT: '',
      DOUBLE: 'two words # and "quotes"\n',
      SINGLE: 'as it is \\n',
      SPACED: 'around',
      URL: 'postgres://u:p=q@h/db?x=1',
    });
  });

  it.each([
    ['words', 'no assignment here'],
    ['an open quote', 'API_KEY="sk-secret'],
    ['a bad name', '1NAME=value'],
    ['a NUL', 'NAME=a\0b'],
  ])('names the line that is damaged by %s, without its content', (_what, line) => {
    expect(() => parse(`GOOD=1\n${line}`)).toThrow(/^\.env line 2 is damaged: expected NAME=value/);
    expect(() => parse(`GOOD=1\n${line}`)).not.toThrow(/sk-secret/);
  });

  it('is overruled by the environment, an empty variable included', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ollameter-env-'));
    const path = join(folder, '.env');
    try {
      writeFileSync(path, 'A=file\nB=file\nC=file\n');
      expect(readDotEnv(path, { B: 'set', C: '' })).toEqual({ A: 'file', B: 'set', C: '' });
      expect(readDotEnv(join(folder, 'none'), { B: 'set' })).toEqual({ B: 'set' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
