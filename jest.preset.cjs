const path = require('node:path');

/** Jest settings that every Node project shares: swc for speed, sources of the libs instead of their builds. */
module.exports = (rootDir) => ({
  rootDir,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{src,test}/**/*.spec.ts'],
  transform: {
    '^.+\\.[cm]?ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2024',
        },
        // Dynamic imports stay imports: the only way to packages that are ES modules and say so in their exports.
        module: { type: 'commonjs', ignoreDynamic: true },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^@ollameter/(openai-contract|cost-model|admin-contract)$': path.join(__dirname, 'libs/$1/src/index.ts'),
  },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
});
