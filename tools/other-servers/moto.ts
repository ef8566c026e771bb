import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Running } from '../../local/running.ts'
import { installPython } from '../clients/install.ts'

const REQUIREMENTS = fileURLToPath(new URL('python/requirements.txt', import.meta.url))
const MAX_START_MILLISECONDS = 60_000

/** Installs moto at an exact version, unless it is there, and starts it: S3 and SQS at one address, all in memory. */
export async function startMoto(): Promise<Running> {
  const programs = await installPython('moto', REQUIREMENTS)
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(join(programs, 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  process.once('exit', () => child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  try {
    await Promise.race([waitUntilReachable(url), ended.then(() => Promise.reject(new Error('moto_server ended')))])
    return { url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  return typeof address === 'object' && address ? address.port : 0
}

async function waitUntilReachable(url: string): Promise<void> {
  const deadline = Date.now() + MAX_START_MILLISECONDS
  while (Date.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer) return
    await wait(100)
  }
  throw new Error(`moto does not answer at ${url}`)
}
