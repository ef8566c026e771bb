import { availableParallelism } from 'node:os'

// Log lines of the functions would clutter the report.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'
// Tests talk to emulators, which accept any credentials: those of the caller stay out of it.
for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_REGION', 'AWS_DEFAULT_REGION']) delete process.env[name]
Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' })

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
