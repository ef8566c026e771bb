import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const BUILD = fileURLToPath(new URL('../web/build.ts', import.meta.url))

/**
 * Builds the web pages whenever one of their files changes, in a process of its own, which ends with this one however this one
 * ends. It shares no stream with this one, so that whoever waits for the end of these does not wait for it.
 * @param onProblem gets the mistakes of a build that failed
 * @returns what ends it before
 */
export function watchPages(onProblem: (problem: string) => void): () => void {
  const child = spawn(process.execPath, [BUILD, '--watch'], { stdio: ['pipe', 'ignore', 'pipe'] })
  child.on('error', (error) => onProblem(`The web pages are not built: ${error.message}`))
  createInterface({ input: child.stderr }).on('line', onProblem)
  return () => void child.kill()
}
