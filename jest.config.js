import { availableParallelism } from 'node:os'

// Log lines of the functions would clutter the report.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'
// The credentials and the region of the caller stay out of the tests, which bring their own.
for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_REGION', 'AWS_DEFAULT_REGION']) delete process.env[name]
Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' })

const OWN_PROCESS = '\\.own-process\\.test\\.ts$'
const PROGRAM = '\\.program\\.test\\.ts$'
const SLOW = ['<rootDir>/test/deployment/', '<rootDir>/test/endurance/', PROGRAM]

const common = { transform: {}, extensionsToTreatAsEsm: ['.ts'] }

/** Test files that run in a few processes, each of which loads and compiles a module once. */
const sharedProcesses = (testMatch, ignored = []) => ({
  ...common,
  testMatch,
  testPathIgnorePatterns: [...ignored, OWN_PROCESS],
  runner: ['jest-light-runner', { runtime: 'child_process' }],
  setupFiles: ['<rootDir>/test/support/jest/setup.ts'],
})

/** Test files that start a stack or set the environment before they import anything: each gets modules of its own. */
const ownModules = (testMatch) => ({ ...common, testMatch })

/** What the environment variable TESTS can name. */
const SUITES = {
  fast: [
    sharedProcesses(['<rootDir>/test/**/*.test.ts'], SLOW),
    ownModules(['<rootDir>/test/**/*.own-process.test.ts']),
  ],
  programs: [ownModules(['<rootDir>/test/**/*.program.test.ts'])],
  endurance: [sharedProcesses(['<rootDir>/test/endurance/**/*.test.ts'])],
  // They need the output of `npm run package`.
  deployment: [sharedProcesses(['<rootDir>/test/deployment/**/*.test.ts'])],
  all: [
    sharedProcesses(['<rootDir>/test/**/*.test.ts'], [PROGRAM]),
    ownModules(['<rootDir>/test/**/*.{own-process,program}.test.ts']),
  ],
}

export default {
  projects: SUITES[process.env.TESTS ?? 'fast'],
  // Tests that start a whole stack take seconds on an idle machine. No test may fail because the machine is loaded.
  testTimeout: 180_000,
  // Tests of one file run in sequence, and some only wait for the processes that they started.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
}
