import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import angular from 'angular-eslint';
import tseslint from 'typescript-eslint';

/** Bans every import that would make a pure folder impure: frameworks, I/O, and the rest of the API. */
const pure = (files, alsoAllowed = '') => ({
  files,
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '^(@nestjs/|fastify|typeorm|pg|undici|rxjs|node:)',
            message: 'This folder is pure: no framework, no I/O.',
          },
          {
            regex: `^\\.\\./(?!${alsoAllowed || '$'})`,
            allowTypeImports: true,
            message: 'This folder is pure: from elsewhere it may import types only.',
          },
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['**/dist', '**/node_modules', '.nx', '**/.angular', '**/jest.config.cjs', 'jest.preset.cjs'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/unbound-method': 'off',
      // Nest types its options as classes and takes plain objects.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['**/*.ts', '**/*.mjs'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          depConstraints: [
            { sourceTag: 'type:pure', onlyDependOnLibsWithTags: ['none'], bannedExternalImports: ['*'] },
            {
              sourceTag: 'type:contract',
              onlyDependOnLibsWithTags: ['none'],
              bannedExternalImports: [
                '@nestjs/*',
                '@angular/*',
                'rxjs',
                'fastify',
                'typeorm',
                'pg',
                'undici',
              ],
            },
            {
              sourceTag: 'scope:api',
              onlyDependOnLibsWithTags: ['scope:shared'],
              bannedExternalImports: ['@angular/*'],
            },
            {
              sourceTag: 'scope:admin',
              onlyDependOnLibsWithTags: ['scope:shared'],
              bannedExternalImports: ['@nestjs/*', 'typeorm', 'fastify', 'pg', 'undici'],
            },
            { sourceTag: 'scope:tools', onlyDependOnLibsWithTags: ['scope:shared', 'scope:tools'] },
          ],
        },
      ],
    },
  },
  pure(
    ['libs/cost-model/src/**/*.ts', 'libs/openai-contract/src/**/*.ts', 'libs/admin-contract/src/**/*.ts'],
    '[a-z]',
  ),
  pure([
    'apps/api/src/translate/**/*.ts',
    'apps/api/src/meter/**/*.ts',
    'apps/api/src/upstream/ollama/ndjson.ts',
  ]),
  {
    files: ['apps/api/src/upstream/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '/openai/', message: 'upstream knows nothing of /v1.' }] },
      ],
    },
  },
  {
    files: ['tools/**/*.{ts,mjs}', '**/bench/**/*.{ts,mjs}', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', setTimeout: 'readonly', URL: 'readonly' },
    },
    rules: {
      'no-console': 'off',
      // Tools are programs of one family: they have no package names, and use each other's files by path.
      '@nx/enforce-module-boundaries': 'off',
    },
  },
  {
    files: ['**/*.spec.ts', '**/test/**/*.ts', '**/e2e/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      // Test harnesses import the fake upstream by path: it is a tool, not a library that products may depend on.
      '@nx/enforce-module-boundaries': 'off',
    },
  },
  {
    files: ['apps/admin/**/*.ts'],
    extends: [angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
  },
  {
    files: ['apps/admin/**/*.html'],
    extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility],
  },
  {
    // Clients send deprecated fields for years; the contract is tested with them.
    files: ['apps/api/test/contract/**/*.ts'],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  prettier,
);
