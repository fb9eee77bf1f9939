import { offersFor, toMicros } from './hosted-prices';

const namesOf = (model: string, relation: 'same' | 'alternative') =>
  offersFor(model)
    .filter((offer) => offer.relation === relation)
    .map(({ provider, offer }) => `${provider} ${offer}`);

describe('offersFor', () => {
  it.each([
    ['llama3.1', 'Groq llama-3.1-8b-instant'],
    ['llama3.1:8b', 'Groq llama-3.1-8b-instant'],
    ['llama3.1:8b-instruct-q4_K_M', 'Groq llama-3.1-8b-instant'],
    ['llama3.1:70b', 'DeepInfra Meta-Llama-3.1-70B-Instruct'],
    ['gpt-oss:120b', 'Groq gpt-oss-120b'],
  ])('%s is sold as %s', (model, offer) => {
    expect(namesOf(model, 'same')).toContain(offer);
  });

  it.each(['llama3.1:405b', 'my-model', 'someone/llama3.1', 'llama3.10', 'nomic-embed-text'])(
    'knows nobody who sells %s',
    (model) => {
      expect(namesOf(model, 'same')).toEqual([]);
    },
  );

  it('offers no generating model in place of one that embeds', () => {
    expect(namesOf('nomic-embed-text', 'alternative')).toEqual([]);
    expect(namesOf('my-model', 'alternative')).toContain('OpenAI gpt-4o-mini');
  });
});

it('reads decimals exactly', () => {
  expect(['0.05', '0.075', '1.00', '5'].map(toMicros)).toEqual([50_000n, 75_000n, 1_000_000n, 5_000_000n]);
});
