/** Browser tests: the built portal in Chromium, on the real API, a real database and the fake Ollama. */
module.exports = {
  ...require('../../../jest.preset.cjs')(__dirname),
  testMatch: ['<rootDir>/*.spec.ts'],
  globalSetup: '<rootDir>/../../api/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/../../api/test/support/global-teardown.ts',
  // A test ends by what the page shows; this only bounds one that hangs, on a machine that has other work too.
  testTimeout: 120_000,
  // Each file has a browser, a gateway and a database of its own.
  maxWorkers: 2,
};
