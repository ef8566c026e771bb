import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Random } from '../../local/seeded-random.ts'

const PROGRAM = new URL('functions-process.ts', import.meta.url).pathname

/** Processes that run the functions. A killed process is restarted. */
export interface Fleet {
  readonly kills: number
  /** The token of their API. */
  readonly token: string
  /** Returns the URL of a process that is ready, of each in turn. Waits if there is none. */
  api(): Promise<string>
  /** Kills a random process with SIGKILL. */
  killOne(random: Random): void
  stop(): Promise<void>
}

interface Member {
  readonly child: ChildProcess
  url: string | undefined
}

/** Clocks are off by up to this, so by up to five minutes from each other. */
const MAX_SKEW_MILLISECONDS = 150_000

/**
 * Starts `size` processes, with the server URLs in their environment. Each one's clock is off.
 * @param random chooses by how much
 */
export async function startFleet(
  size: number,
  token: string,
  environment: Readonly<Record<string, string | undefined>>,
  random: Random,
): Promise<Fleet> {
  const members: Member[] = []
  let kills = 0
  let turn = 0
  let isStopping = false

  const start = (): Promise<unknown> => {
    const skew = random.between(-MAX_SKEW_MILLISECONDS, MAX_SKEW_MILLISECONDS)
    const clock = { SOAK_CLOCK_SKEW_MILLISECONDS: String(skew) }
    const env = { ...process.env, NODE_OPTIONS: '', ...environment, ...clock }
    const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const member: Member = { child, url: undefined }
    members.push(member)
    child.once('exit', () => {
      members.splice(members.indexOf(member), 1)
      if (!isStopping) void start().catch(() => undefined)
    })
    const lines = createInterface({ input: child.stdout })
    const isReady = once(lines, 'line').then(([line]) => {
      member.url = String(line).slice('ready '.length)
    })
    return isReady
  }

  await Promise.all(Array.from({ length: size }, start))
  return {
    get kills() {
      return kills
    },
    token,
    api: async () => {
      for (;;) {
        const urls = members.flatMap(({ url }) => url ?? [])
        const url = urls[turn++ % Math.max(1, urls.length)]
        if (url !== undefined) return url
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    killOne: (random) => {
      const ready = members.filter(({ url }) => url !== undefined)
      const victim = ready[random.between(0, ready.length)]
      if (!victim) return
      victim.url = undefined
      kills += 1
      victim.child.kill('SIGKILL')
    },
    stop: async () => {
      isStopping = true
      await Promise.all(
        [...members].map(async ({ child }) => {
          const gone = once(child, 'exit')
          child.kill('SIGKILL')
          await gone
        }),
      )
    },
  }
}
