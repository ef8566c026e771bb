import { availableParallelism } from 'node:os'

// Log lines of the functions would clutter the report.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT'
// The credentials and the region of the caller stay out of the tests, which bring their own.
for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_REGION', 'AWS_DEFAULT_REGION']) delete process.env[name]
Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' })

// Tests that start a whole stack take seconds on an idle machine. No test may fail because the machine is loaded.
process.env.TEST_TIMEOUT_MILLISECONDS ??= '180000'

// In the processes of the runner below, and in whatever tests start, where it does nothing.
const keepWorkerData = new URL('test/support/jest/keep-worker-data.ts', import.meta.url)
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import ${keepWorkerData}`

const common = { transform: {}, extensionsToTreatAsEsm: ['.ts'] }

/** Test files that run in a few processes, each of which loads and compiles a module once. */
const sharedProcesses = (testMatch, testPathIgnorePatterns = []) => ({
  ...common,
  testMatch,
  testPathIgnorePatterns,
  runner: ['jest-light-runner', { runtime: 'child_process' }],
  setupFiles: ['<rootDir>/test/support/jest/setup.ts'],
})

const ALL = '<rootDir>/test/**/*.test.ts'
const ENDURANCE = '<rootDir>/test/endurance/'
const DEPLOYMENT = '<rootDir>/test/deployment/'
const SYSTEM = '\\.(system|browser)\\.test\\.ts$'

/** Test files that start a stack or whole programs, or set the environment first: each loads modules of its own. */
const system = {
  ...common,
  testMatch: ['<rootDir>/test/**/*.system.test.ts'],
  testPathIgnorePatterns: ['\\.browser\\.system\\.test\\.ts$'],
}

/** Test files that show pages in a real Chromium. They share one stack, which runs in another process. */
const inBrowser = (testMatch) => ({
  ...sharedProcesses(testMatch),
  globalSetup: '<rootDir>/test/support/browser/start-stack.ts',
  globalTeardown: '<rootDir>/test/support/browser/stop-stack.ts',
})
const browser = inBrowser(['<rootDir>/test/browser/*.browser.test.ts'])
/** Those that look at every state of a page, which takes longer. */
const browserSystem = inBrowser(['<rootDir>/test/browser/*.browser.system.test.ts'])

/** What the environment variable TESTS can name. */
const SUITES = {
  fast: [sharedProcesses([ALL], [ENDURANCE, DEPLOYMENT, SYSTEM]), browser],
  browser: [inBrowser(['<rootDir>/test/browser/**/*.test.ts'])],
  system: [system, browserSystem],
  endurance: [sharedProcesses([`${ENDURANCE}**/*.test.ts`])],
  deployment: [sharedProcesses([`${DEPLOYMENT}**/*.test.ts`])],
  all: [sharedProcesses([ALL], [SYSTEM]), system, browser, browserSystem],
}

const { TESTS = 'fast' } = process.env
const projects = SUITES[TESTS]
if (!projects) throw new Error(`TESTS must be one of ${Object.keys(SUITES).join(', ')}, not "${TESTS}"`)

export default {
  projects,
  testTimeout: Number(process.env.TEST_TIMEOUT_MILLISECONDS),
  // Tests of one file run in sequence, and some only wait for the processes that they started.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
}
