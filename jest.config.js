import { availableParallelism } from 'node:os'

// Log lines of the functions would clutter the report.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'

export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Deployment tests need the output of `npm run package`; endurance tests take minutes. Run them with
  // `npm run test:deployment` and `npm run test:endurance`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/deployment/', '<rootDir>/test/endurance/'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  // Tests that start a whole stack take seconds on an idle machine. No test may fail because the machine is loaded.
  testTimeout: 180_000,
  // Tests of one file run in sequence, and some only wait for the processes that they started.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
}
