import { Campaign } from './campaign.ts';

const ROUNDS = 25;

it(`${ROUNDS} rounds of kill -9 under load lose nothing, double nothing and invent nothing`, async () => {
  const seed = Date.now() % 1_000_000;
  const summary = await Campaign.run({ rounds: ROUNDS, seed });
  expect(summary).toMatchObject({ rounds: ROUNDS, seed, lost: [], doubled: [], phantom: [] });
  expect(summary.wholeAnswers).toBeGreaterThan(ROUNDS);
}, 300_000);
