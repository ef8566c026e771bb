import { availableParallelism } from 'node:os'

// Functions' own lines would stand between those of the tests.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'

export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // They look at what `npm run package` wrote; `npm run test:deployment` runs them.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/deployment/'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testTimeout: 20_000,
  // Tests of one file run one after another, and some only wait for processes that they have started.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
}
