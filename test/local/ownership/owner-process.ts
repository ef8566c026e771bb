import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const MODULE = new URL('../../../local/ownership/own-directory.ts', import.meta.url).href

/** A process that tries to take a directory. */
export interface OwnerProcess {
  readonly pid: number
  /** Whether it holds the directory; if not, it has ended. */
  readonly isOwner: boolean
  signal(name: NodeJS.Signals): void
  /** Kills it, and waits until it is gone. */
  kill(): Promise<void>
}

const children = new Set<ChildProcess>()

/**
 * Starts a process that takes the directory and keeps it, and waits until it holds the directory or is refused.
 * @param claimant how it introduces itself
 * @param body what else it does: statements of a module, with the variable `owner`
 */
export async function startOwner(directory: string, claimant: object = {}, body = ''): Promise<OwnerProcess> {
  const program = `
    import { ownDirectory } from ${JSON.stringify(MODULE)}
    const owner = await ownDirectory(${JSON.stringify(directory)}, ${JSON.stringify(claimant)})
      .catch((error) => { console.log(error.name); process.exit(1) })
    ${body}
    console.log('owner')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program], {
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  const exit = once(child, 'exit')
  const line = await Promise.race([once(child.stdout, 'data'), exit.then(() => '')])
  return {
    pid: child.pid ?? 0,
    isOwner: String(line).trim() === 'owner',
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL')
      await exit
    },
  }
}

/** Kills the processes that are still there. */
export function killOwners(): void {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
}
