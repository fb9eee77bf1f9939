import { phaseText } from './phase';

it.each([
  ['generating', null, 'Generating'],
  ['queued', 1, 'Queued, next'],
  ['queued', 2, 'Queued, 2nd'],
  ['queued', 11, 'Queued, 11th'],
  ['queued', 23, 'Queued, 23rd'],
] as const)('%s at %s is "%s"', (phase, position, text) => {
  expect(phaseText({ phase, position })).toBe(text);
});
