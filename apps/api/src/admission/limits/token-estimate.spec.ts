import { estimateTokens } from './token-estimate';

const chat = (options?: object) => ({
  prompt: 'é'.repeat(10),
  upstreamPath: '/api/chat',
  upstreamBodies: [options === undefined ? {} : { options }],
});

describe('the tokens that a request may take', () => {
  it('are a quarter of the prompt’s bytes, and its own bound', () => {
    expect(estimateTokens(chat({ num_predict: 77 }), [100])).toEqual({ prompt: 5, answer: 77 });
  });

  it('without a bound are 1024, or a quarter of the smallest limit', () => {
    for (const options of [undefined, {}, { num_predict: -1 }, { num_predict: 0 }]) {
      expect(estimateTokens(chat(options), []).answer).toBe(1024);
      expect(estimateTokens(chat(options), [100_000, 10_000]).answer).toBe(1024);
      expect(estimateTokens(chat(options), [100_000, 401]).answer).toBe(101);
    }
  });

  it('are those of every round', () => {
    const rounds = { ...chat(), upstreamBodies: [{ options: { num_predict: 5 } }, {}] };
    expect(estimateTokens(rounds, [400]).answer).toBe(105);
  });

  it('of embeddings have no answer', () => {
    for (const upstreamPath of ['/api/embed', '/api/embeddings'])
      expect(estimateTokens({ ...chat(), upstreamPath }, [100]).answer).toBe(0);
  });
});
