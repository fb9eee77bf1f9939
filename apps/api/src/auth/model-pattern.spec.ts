import fc from 'fast-check';
import { modelMatcher, patternsCover } from './model-pattern';

it.each([
  [[], 'anything:7b', true],
  [['llama3.1:8b'], 'llama3.1:8b', true],
  [['llama3.1:8b'], 'Llama3.1:8B', true],
  [['llama3.1:8b'], 'llama3x1:8b', false],
  [['llama3.1'], 'llama3.1:latest', true],
  [['llama3.1'], 'llama3.1:8b', false],
  [['llama3.1:*'], 'llama3.1:8b', true],
  [['llama*'], 'llama3.1:8b', true],
  [['llama*'], 'codellama:7b', false],
  [['*coder*', 'gemma3:4b'], 'qwen3-coder:30b', true],
  [['hf.co/*'], 'hf.co/team/model:Q4', true],
  [['*'], 'a:b', true],
])('patterns %j and %s: %s', (patterns, name, fits) => {
  expect(modelMatcher(patterns)(name)).toBe(fits);
});

const short = (...letters: string[]) =>
  fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 6 }).map((each) => each.join(''));

it('fits what the regular expression of the pattern fits', () => {
  fc.assert(
    fc.property(short('a', 'b', ':', '*'), short('a', 'b', ':'), (pattern, name) => {
      fc.pre(pattern.includes('*') && name.includes(':'));
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
      expect(modelMatcher([pattern])(name)).toBe(expression.test(name));
    }),
  );
});

it('takes no longer for a pattern that was made to be slow', () => {
  const fits = modelMatcher([`${'*a'.repeat(100)}*b`]);
  const name = `${'a'.repeat(100_000)}:c`;
  const from = performance.now();
  expect(fits(name)).toBe(false);
  expect(performance.now() - from).toBeLessThan(1_000);
});

it.each([
  [['llama*'], ['llama3.1:8b'], true],
  [['llama*'], ['llama3*', 'llama3.1:*'], true],
  [['llama*'], ['*'], false],
  [['llama*'], [], false],
  [[], [], true],
  [['*:latest'], ['llama*'], false],
  [['*:latest'], ['llama3.1'], true],
])('patterns %j cover %j: %s', (wider, narrower, covers) => {
  expect(patternsCover(wider, narrower)).toBe(covers);
});

it('covers nothing that it would not fit', () => {
  const pattern = short('a', ':', '*');
  fc.assert(
    fc.property(pattern, pattern, short('a', ':'), (wider, narrower, name) => {
      fc.pre(patternsCover([wider], [narrower]) && modelMatcher([narrower])(name));
      expect(modelMatcher([wider])(name)).toBe(true);
    }),
  );
});
