import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

const PROGRAM = new URL('../../local/dev.ts', import.meta.url).pathname

let directory: string
let child: ChildProcess
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dev-'))
})
afterEach(async () => {
  child.kill('SIGKILL')
  await rm(directory, { recursive: true })
})

/** Runs it; what it has said so far grows in `said`. */
function dev(environment: Readonly<Record<string, string>>): { text: string } {
  const said = { text: '' }
  const env = { ...process.env, NODE_OPTIONS: '', GROUNDWORK_DIR: directory, ...environment }
  child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part) => {
      said.text += part
    })
  return said
}

describe('dev', () => {
  it('says so when its port is in use, and starts nothing', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address ? String(address.port) : ''
    const said = dev({ PORT: port })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(said.text).toBe(`Port ${port} is in use: stop what runs there, or choose another: PORT=3001 npm run dev\n`)
    other.close()
  })

  it('says so when PORT is no port', async () => {
    const said = dev({ PORT: 'http' })
    expect(await once(child, 'close')).toEqual([1, null])
    expect(said.text).toBe('PORT is "http"; it must be a whole number from 0, which takes any free port, to 65535.\n')
  })

  it('prints one line when it is ready, and ends well when told to, twice even', async () => {
    const said = dev({ PORT: '0', GROUNDWORK_TOKEN: 'mine' })
    while (!said.text.includes('ready ')) await Promise.race([once(child.stdout!, 'data'), once(child.stderr!, 'data')])
    const line = said.text.split('\n').find((one) => one.startsWith('ready ')) ?? ''
    const { api, token, s3, labeling } = JSON.parse(line.slice('ready '.length))
    expect(token).toBe('mine')
    expect((await fetch(`${api}/health`)).status).toBe(200)
    for (const server of [s3, labeling]) expect((await fetch(server)).status).toBeLessThan(500)
    child.kill('SIGINT')
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
  })
})
