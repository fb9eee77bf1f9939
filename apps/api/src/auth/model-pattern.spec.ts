import { modelMatcher } from './model-pattern';

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
