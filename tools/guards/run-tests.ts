import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

/** The part of Jest's JSON report that is read here. */
const Report = z.object({
  success: z.boolean(),
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
})

/** `broken`: no test could run, so nothing is known. `timeout`: the tests did not end. */
export type TestOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly test: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'broken'; readonly message: string }

/** A test that waits for ever because of the guard that is missing fails after this time. */
const TEST_TIMEOUT_MILLISECONDS = '20000'
const REPORT_NAME = 'guards-report.json'

export interface RunOptions {
  readonly milliseconds: number
  /** Ends the tests early. */
  readonly signal: AbortSignal
}

/** Runs test files of a copy of the project in one process. */
export async function runTests(
  folder: string,
  tests: readonly string[],
  { milliseconds, signal }: RunOptions,
): Promise<TestOutcome> {
  const reportFile = join(folder, REPORT_NAME)
  await rm(reportFile, { force: true })
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js']
  const jest = ['--runInBand', '--forceExit', '--silent', '--json', `--outputFile=${REPORT_NAME}`]
  const args = [...flags, ...jest, '--', ...tests]
  const env = { ...process.env, TESTS: 'all', TEST_TIMEOUT_MILLISECONDS }
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  let isLate = false
  // A test that never yields would not notice anything milder.
  const kill = (): boolean => child.kill('SIGKILL')
  const timer = setTimeout(() => {
    isLate = kill()
  }, milliseconds)
  signal.addEventListener('abort', kill, { once: true })
  try {
    await once(child, 'close')
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', kill)
  }
  signal.throwIfAborted()
  if (isLate) return { kind: 'timeout' }
  const report = await readFile(reportFile, 'utf8').catch(() => undefined)
  if (report === undefined) return { kind: 'broken', message: Buffer.concat(errors).toString() }
  return toOutcome(Report.parse(JSON.parse(report)))
}

function toOutcome({ success, testResults }: z.infer<typeof Report>): TestOutcome {
  if (success) return { kind: 'passed' }
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ status }) => status === 'failed')
  if (failed) return { kind: 'failed', test: [...failed.ancestorTitles, failed.title].join(' ') }
  return { kind: 'broken', message: testResults.map(({ message }) => message).join('\n') }
}
