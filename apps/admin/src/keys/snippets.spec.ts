import { execFileSync } from 'node:child_process';
import { SNIPPET_KINDS, masked, snippet } from './snippets';

const INPUT = { baseUrl: 'http://127.0.0.1:8080/v1', secret: 'sk-om-7hXk2RZqVb9TGu8K', model: "it's:8b" };

it('keeps a key recognisable and unusable', () => {
  expect(masked(INPUT.secret)).toBe('sk-om-7hXk…Gu8K');
});

it('names address, key and where it is asked for the model in every snippet', () => {
  for (const kind of SNIPPET_KINDS) {
    const text = snippet(kind, INPUT);
    expect(text).toContain(INPUT.baseUrl);
    expect(text).toContain(INPUT.secret);
  }
});

it('is a shell command that survives an apostrophe', () => {
  const command = snippet('curl', INPUT).replace(/^curl/, `printf '%s\\n'`);
  const words = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim().split('\n');
  expect(JSON.parse(words.at(-1) ?? '')).toMatchObject({ model: "it's:8b" });
});

it('is JavaScript that survives an apostrophe', () => {
  expect(snippet('JavaScript', INPUT)).toContain(String.raw`model: 'it\'s:8b'`);
});
