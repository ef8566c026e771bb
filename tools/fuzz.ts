import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startStack } from '../local/stack.ts'
import { readCommandLine } from './command-line.ts'
import { startReceiver } from './examples/receiver.ts'
import { createFixtures } from './fuzz/fixtures.ts'
import { fuzz } from './fuzz/fuzz.ts'
import { renderReport } from './fuzz/report.ts'

const USAGE = 'npm run fuzz -- [--requests 2000] [--seed 1] [--only NUMBER]'

function readOptions(args: readonly string[]) {
  const options = { requests: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } } as const
  const { values } = parseArgs({ args: [...args], options, strict: true })
  return {
    requests: wholeNumber('requests', values.requests ?? '2000'),
    seed: wholeNumber('seed', values.seed ?? '1'),
    only: values.only === undefined ? undefined : wholeNumber('only', values.only),
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Error(`--${name} must be a non-negative integer, not "${text}"`)
}

/** `npm run fuzz`: sends random requests to a temporary stack. Exits with 1 when a response violates the contract. */
const options = readCommandLine(readOptions, USAGE)
const directory = await mkdtemp(join(tmpdir(), 'fuzz-'))
const receiver = await startReceiver()
const stack = await startStack({ directory, labeling: { pace: { milliseconds: 20 } } })
try {
  await createFixtures(stack, receiver.url)
  const fuzzed = await fuzz({ ...options, api: stack.api, token: stack.token, receiver: receiver.url })
  console.log(renderReport(fuzzed, options.seed))
  process.exitCode = fuzzed.findings.length > 0 ? 1 : 0
} finally {
  await stack.stop()
  receiver.stop()
  await rm(directory, { recursive: true })
}
process.exit()
