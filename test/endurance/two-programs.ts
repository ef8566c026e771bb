import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const DEV = new URL('../../local/dev.ts', import.meta.url).pathname
const TOKEN = new URL('../../tools/token.ts', import.meta.url).pathname
const SAMPLES = 's3://open-images-samples'

/** The result of a program that has ended. */
interface Ended {
  /** Exit status; null if a signal ended it. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** `npm run dev` on a directory that others use too. */
export interface Dev {
  readonly ended: Promise<Ended>
  /** Resolves when it is ready, or has ended. */
  readonly ready: Promise<{ readonly api: string; readonly token: string } | undefined>
  signal(name: NodeJS.Signals): void
  /** Kills it, and waits until it is gone. */
  kill(): Promise<Ended>
}

const children = new Set<ChildProcess>()

function start(program: string, directory: string, args: readonly string[]) {
  const env = { ...process.env, NODE_OPTIONS: '', GROUNDWORK_DIR: directory, PORT: '0', S3_PORT: '0' }
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (part) => (output.stdout += part))
  child.stderr.on('data', (part) => (output.stderr += part))
  const ended = once(child, 'close').then(([status]): Ended => {
    children.delete(child)
    return { status, ...output }
  })
  return { child, output, ended }
}

export function startDev(directory: string): Dev {
  const { child, output, ended } = start(DEV, directory, [])
  const ready = new Promise<{ api: string; token: string } | undefined>((resolve) => {
    child.stdout.on('data', () => {
      const line = /^ready (.*)\n/m.exec(output.stdout)?.[1]
      if (line !== undefined) resolve(JSON.parse(line))
    })
    void ended.then(() => resolve(undefined))
  })
  const kill = (): Promise<Ended> => {
    child.kill('SIGKILL')
    return ended
  }
  return { ended, ready, signal: (name) => void child.kill(name), kill }
}

const runToken = (directory: string, ...args: string[]): Promise<Ended> => start(TOKEN, directory, args).ended

/** Writes through the API of one process after another, and remembers what was acknowledged. */
export interface Ledger {
  readonly datasets: string[]
  readonly tokens: string[]
  /** Registers a dataset. Returns whether that was acknowledged. */
  register(dev: Dev): Promise<boolean>
  /** Creates a token with `npm run token`. */
  createToken(): Promise<Ended>
}

export function createLedger(directory: string): Ledger {
  const datasets: string[] = []
  const tokens: string[] = []
  let next = 0
  return {
    datasets,
    tokens,
    async register(dev) {
      const running = await dev.ready
      const name = `data-${next++}`
      if (!running) return false
      const response = await fetch(`${running.api}/v1/datasets/${name}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${running.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          title: name,
          sources: {
            annotations: `${SAMPLES}/boxes.csv`,
            classDescriptions: `${SAMPLES}/classes.csv`,
            hierarchy: `${SAMPLES}/hierarchy.json`,
          },
          imageLocation: `${SAMPLES}/{imageId}.jpg`,
        }),
      }).catch(() => undefined)
      if (response?.status !== 201) return false
      datasets.push(name)
      return true
    },
    async createToken() {
      const name = `token-${next++}`
      const ended = await runToken(directory, 'create', name, '--scope', 'read')
      if (ended.status === 0) tokens.push(name)
      return ended
    },
  }
}

/** Starts the system once more. Returns what was acknowledged and is gone, or why it does not start. */
export async function findLost(directory: string, { datasets, tokens }: Ledger): Promise<readonly string[]> {
  const dev = startDev(directory)
  const running = await dev.ready
  if (!running) return [`It does not start: ${JSON.stringify(await dev.ended)}`]
  const headers = { authorization: `Bearer ${running.token}` }
  const read = async (name: string) => (await fetch(`${running.api}/v1/datasets/${name}`, { headers })).status
  const statuses = await Promise.all(datasets.map(read))
  const listed = (await runToken(directory, 'list')).stdout
  await dev.kill()
  return [
    ...datasets.filter((_, at) => statuses[at] !== 200),
    ...tokens.filter((name) => !listed.includes(`${name}\t`)),
  ]
}

/** Kills all programs that are still there. */
export function killPrograms(): void {
  for (const child of children) child.kill('SIGKILL')
}
