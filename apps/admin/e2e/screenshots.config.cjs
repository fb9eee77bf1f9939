/** `npm run screenshots`: not tests, but what the tests have: the whole product, seeded, in Chromium. */
module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: ['<rootDir>/screenshots/*.shots.ts'],
  testTimeout: 300_000,
};
