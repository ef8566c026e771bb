import { isBearerToken } from '../shared/platform/tokens/token.ts'
import { seedSampleDatasets } from './sample-data/seed.ts'
import { type Stack, startStack } from './stack.ts'

const told = new AbortController()

/** The whole system, until it is interrupted: `npm run dev`. One line of its output begins with `ready`. */
async function run(): Promise<void> {
  const port = readPort(process.env.PORT || '3000')
  const directory = process.env.GROUNDWORK_DIR || '.groundwork'
  const token = readToken(process.env.GROUNDWORK_TOKEN || undefined)
  const stack = await startStack({ port, directory, ...token, onLog: log })
  stopWhenTold(stack)
  await seedSampleDatasets(stack)
  const { api, s3, labeling } = stack
  console.log(`ready ${JSON.stringify({ api, token: stack.token, s3, labeling })}`)
}

const log = (message: string, error?: unknown): void => console.error(message, ...(error === undefined ? [] : [error]))

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`PORT is "${text}"; it must be a whole number from 0, which takes any free port, to 65535.`)
}

/** The token that was given; nothing where the stack is to make one. @throws Error when no header could carry it */
function readToken(text: string | undefined): { token?: string } {
  if (text === undefined) return {}
  if (isBearerToken(text)) return { token: text }
  throw new Error('GROUNDWORK_TOKEN may hold letters, digits and - . _ ~ + / only, with = at its end.')
}

/** A terminal sends SIGINT to npm and to this process, and npm sends it again: only the first one counts. */
function stopWhenTold(stack: Stack): void {
  const stop = (): void => {
    if (told.signal.aborted) return
    told.abort()
    stack.stop().then(() => process.exit(0), fail)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function fail(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    console.error(
      `Port ${process.env.PORT || 3000} is in use: stop what runs there, or choose another: PORT=3001 npm run dev`,
    )
  else console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

// What fails because everything is being stopped is no failure.
await run().catch((error: unknown) => told.signal.aborted || fail(error))
