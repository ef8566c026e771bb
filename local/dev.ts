import { isBearerToken } from '../shared/platform/tokens/token.ts'
import { seedSampleDatasets } from './sample-data/seed.ts'
import { type Stack, startStack } from './stack.ts'

const shutdown = new AbortController()

/** Runs the local stack until it is interrupted (`npm run dev`). Prints one line that begins with `ready` once it is up. */
async function main(): Promise<void> {
  const port = readPort(process.env.PORT || '3000')
  const directory = process.env.GROUNDWORK_DIR || '.groundwork'
  const token = readToken(process.env.GROUNDWORK_TOKEN || undefined)
  const stack = await startStack({ port, directory, ...token, onLog: log })
  stopOnSignal(stack)
  // A sample dataset that cannot be imported is no reason to do without all others.
  await seedSampleDatasets(stack).catch((error: unknown) => log('Cannot import the sample datasets', error))
  const { api, s3, labeling } = stack
  console.log(`ready ${JSON.stringify({ api, token: stack.token, s3, labeling })}`)
}

const log = (message: string, error?: unknown): void => console.error(message, ...(error === undefined ? [] : [error]))

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`PORT must be an integer from 0 (any free port) to 65535, not "${text}".`)
}

/** Returns the configured token, or no token if the stack is to generate one. @throws Error for an invalid bearer token */
function readToken(text: string | undefined): { token?: string } {
  if (text === undefined) return {}
  if (isBearerToken(text)) return { token: text }
  throw new Error('GROUNDWORK_TOKEN may contain only letters, digits and - . _ ~ + /, with optional = at the end.')
}

/** Stops the stack on the first SIGINT or SIGTERM. npm forwards SIGINT, so the process receives it twice from a terminal. */
function stopOnSignal(stack: Stack): void {
  const stop = (): void => {
    if (shutdown.signal.aborted) return
    shutdown.abort()
    stack.stop().then(() => process.exit(0), fail)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function fail(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    console.error(
      `Port ${process.env.PORT || 3000} is in use. Stop the process that uses it, or choose another: PORT=3001 npm run dev`,
    )
  else console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

// Errors caused by the shutdown itself are expected.
await main().catch((error: unknown) => shutdown.signal.aborted || fail(error))
