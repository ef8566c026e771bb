import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CHROMIUM } from './chromium.ts'
import { setSharedStack } from './shared-stack.ts'

let running: ChildProcess | undefined

/** Starts one stack for all test files that show pages, in a process of its own: it sets the environment of its process. */
export default async function startStack(): Promise<void> {
  if (CHROMIUM === undefined) return
  const script = fileURLToPath(new URL('stack-process.ts', import.meta.url))
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  running = child
  const line = once(createInterface(child.stdout), 'line').then(([text]) => String(text))
  const end = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The stack ended with code ${code}`)))
  end.catch(() => {})
  setSharedStack(await Promise.race([line, end]))
}

/** Stops the stack. */
export async function stopStack(): Promise<void> {
  if (!running || running.exitCode !== null) return
  running.stdin?.end()
  await once(running, 'exit')
}
