import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { CREDENTIALS } from '../../support/credentials.ts'

const SERVER = new URL('../../../local/s3/server.ts', import.meta.url).href
const FETCH = new URL('../../support/http/signed-fetch.ts', import.meta.url).href

/** A process with an S3 server that writes objects to it, one after another, for as long as it runs. */
export interface StoreProcess {
  /** The keys that were acknowledged so far. */
  readonly acknowledged: readonly string[]
  /** Resolves when it writes, or was refused and has ended. Returns whether it writes. */
  readonly started: Promise<boolean>
  signal(name: NodeJS.Signals): void
  /** Kills it, and waits until it is gone and all that it has said is read. */
  kill(): Promise<void>
}

const children = new Set<ChildProcess>()

/** Starts a process that writes the objects `<prefix>-<number>` into the bucket `photos` of a directory. */
export function startStore(directory: string, prefix: string): StoreProcess {
  const program = `
    import { startS3Server } from ${JSON.stringify(SERVER)}
    import { signedFetch } from ${JSON.stringify(FETCH)}
    const options = ${JSON.stringify({ directory, credentials: CREDENTIALS })}
    const { url } = await startS3Server(options)
      .catch((error) => { console.log(error.name); process.exit(1) })
    await signedFetch(url + '/photos', { method: 'PUT' })
    for (let number = 0; ; number++) {
      const key = ${JSON.stringify(prefix)} + '-' + number
      const { ok } = await signedFetch(url + '/photos/' + key, { method: 'PUT', body: key })
      if (ok) console.log(key)
    }`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  const closed = once(child, 'close')
  let text = ''
  const lines = (): string[] => text.split('\n').slice(0, -1)
  const isKey = (line: string): boolean => line.startsWith(`${prefix}-`)
  const started = new Promise<boolean>((resolve) => {
    child.stdout.on('data', (part) => {
      text += part
      const [first] = lines()
      if (first !== undefined) resolve(isKey(first))
    })
    void closed.then(() => resolve(false))
  })
  return {
    get acknowledged() {
      return lines().filter(isKey)
    },
    started,
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

/** Kills the processes that are still there. */
export function killStores(): void {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
}
