/**
 * Three runs over one transform: `npm test -- unit|integration|e2e`. tools/test.mjs prepares what integration and e2e
 * need (a PostgreSQL with the migrated template, the built product) and tells them by TEST_… variables.
 */
const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  // NestJS 12 is ESM only; jest runs ESM with NODE_OPTIONS=--experimental-vm-modules.
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleFileExtensions: ['ts', 'tsx', 'mjs', 'js', 'cjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/\\.engawa/'],
  transform: {
    '\\.tsx?$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', tsx: true, decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
            verbatimModuleSyntax: true,
            react: { runtime: 'automatic' },
          },
          keepClassNames: true,
          experimental: { keepImportAttributes: true },
        },
      },
    ],
  },
};

/** @type {import('jest').Config} */
export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/apps/**/*.spec.{ts,tsx}',
        '<rootDir>/libs/**/*.spec.{ts,tsx}',
        '<rootDir>/tools/**/*.spec.{ts,mjs}',
        // Data that is not ours to ship is tried where a machine has it.
        ...(process.env.TEST_CDNOW ? ['<rootDir>/test/cdnow/*.spec.ts'] : []),
      ],
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/apps/*/src/**/*.int-spec.ts', '<rootDir>/test/integration/**/*.int-spec.ts'],
      setupFiles: ['<rootDir>/test/support/integration.setup.ts'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'],
    },
  ],
};
