import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const PROGRAM = new URL('../../local/dev.ts', import.meta.url).pathname

/** The whole system in a process of its own. */
export interface DevProcess {
  readonly api: string
  readonly token: string
  readonly s3: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Kills it with SIGKILL, and waits until it is gone. */
  kill(): Promise<void>
}

const children: ChildProcess[] = []

/**
 * Starts the whole system in a process of its own.
 * @param directory where it keeps everything
 * @param killAfter milliseconds after which it is killed
 * @returns undefined if it is killed before it is ready
 */
export async function startDev(directory: string, killAfter?: number): Promise<DevProcess | undefined> {
  const env = { ...process.env, NODE_OPTIONS: '', GROUNDWORK_DIR: directory, PORT: '0', S3_PORT: '0' }
  const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  children.push(child)
  const exit = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exit
  }
  if (killAfter !== undefined) setTimeout(kill, killAfter).unref()
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('ready ')) return { ...JSON.parse(line.slice('ready '.length)), kill }
  return undefined
}

/** The same, for a process that nobody kills before it is ready. */
export async function startReadyDev(directory: string): Promise<DevProcess> {
  const running = await startDev(directory)
  if (!running) throw new Error('The system did not become ready')
  return running
}

/** Kills all that were started and are still there. */
export function killDevProcesses(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL')
}
