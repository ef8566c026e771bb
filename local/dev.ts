import { isNativeError } from 'node:util/types'
import { openDevWorker } from './dev-worker.ts'
import { setEnvironment } from './environment.ts'
import { seedSampleDatasets } from './sample-data/seed.ts'
import { readDevSettings } from './settings.ts'
import { type Stack, startStack } from './stack.ts'
import { watchPages } from './watch-pages.ts'

/** A stack that takes longer to stop is left: its state is in S3, and interrupted work resumes at the next start. */
const MAX_STOP_MILLISECONDS = 8000

const shutdown = new AbortController()
let starting: Promise<Stack> | undefined
let stopPages: (() => void) | undefined

/**
 * Runs the local stack until it is interrupted (`npm run dev`). The last line that it prints at the start begins with
 * `ready`; the functions log warnings and errors only, unless LOG_LEVEL says otherwise.
 */
async function main(): Promise<void> {
  stopOnSignal()
  const { logLevel, warning, ...settings } = readDevSettings(process.env)
  if (warning !== undefined) log(warning)
  setEnvironment({ POWERTOOLS_LOG_LEVEL: logLevel })
  stopPages = watchPages(log)
  starting = startStack({ ...settings, program: 'npm run dev', onLog: log })
  const stack = await starting
  if (shutdown.signal.aborted) return
  // A sample dataset that cannot be imported is no reason to do without all others.
  await seedSampleDatasets(stack, log).catch((error: unknown) => log('Cannot import the sample datasets', error))
  // Imported here because it reads the environment on import.
  const { awsPorts } = await import('../shared/platform/aws/aws-ports.ts')
  const label = await openDevWorker(settings.directory, awsPorts('start'))
  const { api, s3, labeling, token } = stack
  // Clients of the AWS SDK add properties of their own to the object.
  const { accessKeyId, secretAccessKey } = stack.credentials
  const ready = { api, token, s3, accessKeyId, secretAccessKey, labeling, label }
  if (!shutdown.signal.aborted) console.log(`ready ${JSON.stringify(ready)}`)
}

/** Writes one line. An error of unknown cause, which may be a bug, is written with its stack. */
function log(message: string, error?: unknown): void {
  if (shutdown.signal.aborted) return
  console.error(message, ...(error === undefined ? [] : [error]))
}

/**
 * Stops the stack on the first SIGINT or SIGTERM, also while it starts. npm forwards signals, so the process may receive
 * them twice.
 */
function stopOnSignal(): void {
  const stop = async (): Promise<void> => {
    if (shutdown.signal.aborted) return
    shutdown.abort()
    setTimeout(() => process.exit(0), MAX_STOP_MILLISECONDS).unref()
    const stack = await starting?.catch(() => undefined)
    await stack?.stop()
    stopPages?.()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop().catch(fail))
}

function fail(error: unknown): void {
  console.error(isNativeError(error) ? error.message : error)
  process.exit(1)
}

// Errors caused by the shutdown itself are expected.
await main().catch((error: unknown) => shutdown.signal.aborted || fail(error))
