import { availableParallelism } from 'node:os'

// Functions' own lines would stand between those of the tests.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'

export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // One looks at what `npm run package` wrote, the other kills and floods what it can: `npm run test:deployment`, `test:endurance`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/deployment/', '<rootDir>/test/endurance/'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testTimeout: 60_000,
  // Tests of one file run one after another, and some only wait for processes that they have started.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
}
