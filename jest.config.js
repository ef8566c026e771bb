import { availableParallelism } from 'node:os'

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
