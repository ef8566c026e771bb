import { availableParallelism } from 'node:os'

// Keeps log lines of the functions out of the test output.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'

export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // test/deployment needs the output of `npm run package`, and test/endurance takes minutes: `npm run test:deployment`,
  // `test:endurance`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/deployment/', '<rootDir>/test/endurance/'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testTimeout: 60_000,
  // More workers than cores, because some test files mostly wait for child processes.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
}
