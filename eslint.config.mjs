import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const configModule = 'libs/platform/src/config.ts';
const noEnv = { object: 'process', property: 'env', message: `Only ${configModule} reads the environment.` };
const noFetch = 'Only apps/web/src/api.ts speaks HTTP.';
const typed = ['**/*.ts', '**/*.tsx'];

/** A short list: each rule is here because breaking it has cost somebody a night, not for taste. Prettier has the taste. */
export default defineConfig(
  { ignores: ['dist/', '.engawa/', 'coverage/', 'node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    rules: { 'no-undef': 'off', 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }], eqeqeq: 'error' },
  },
  {
    files: typed,
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_$', ignoreRestSiblings: true },
      ],
      eqeqeq: 'error',
    },
  },
  {
    files: typed,
    // The sandbox stands in for another company's server and has a configuration of its own.
    ignores: [configModule, 'apps/stripe-sandbox/src/main.ts', 'tools/**', 'test/**', '**/*.config.ts'],
    rules: {
      'no-restricted-properties': ['error', noEnv],
    },
  },
  {
    files: ['apps/web/src/**/*.ts', 'apps/web/src/**/*.tsx'],
    ignores: ['apps/web/src/api.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'fetch', message: noFetch }],
      'no-restricted-properties': [
        'error',
        noEnv,
        { object: 'window', property: 'fetch', message: noFetch },
        { object: 'globalThis', property: 'fetch', message: noFetch },
      ],
    },
  },
  {
    files: ['apps/web/src/**/*.ts', 'apps/web/src/**/*.tsx'],
    ignores: ['apps/web/src/realtime.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'socket.io-client', message: 'Only apps/web/src/realtime.ts opens sockets.' }] },
      ],
    },
  },
);
