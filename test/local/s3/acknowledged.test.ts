import { copyFile, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type S3Server, startS3Server } from '../../../local/s3/server.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { signedFetch } from '../../support/http/signed-fetch.ts'
import { pollUntil } from '../../support/poll.ts'
import { type HeldDisk, heldDisk } from './held-disk.ts'

let directory: string
let disk: HeldDisk
let server: S3Server
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'acknowledged-'))
  disk = heldDisk()
  server = await startS3Server({ directory, credentials: CREDENTIALS, sync: disk.sync })
  await send('PUT', '')
  await send('PUT', '/old', 'old')
})
afterEach(async () => {
  disk.release()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

const send = (method: string, path: string, body?: string) =>
  signedFetch(`${server.url}/photos${path}`, { method, body })
const journal = () => readFile(join(directory, 'journal-v1.jsonl'), 'utf8')

const eventually = (isSo: () => boolean | Promise<boolean>) => pollUntil(isSo, (is) => is)

/** Watches requests that are under way. */
function watch(requests: readonly Promise<Response>[]) {
  const statuses: number[] = []
  for (const request of requests) void request.then(({ status }) => statuses.push(status))
  return statuses
}

/** Copies and deletions have no body, so they wait for the journal only. */
const copy = (name: string) =>
  signedFetch(`${server.url}/photos/${name}`, { method: 'PUT', headers: { 'x-amz-copy-source': '/photos/old' } })

describe('a write', () => {
  it('is acknowledged once the journal is on disk, and not before', async () => {
    disk.hold()
    const request = copy('new')
    const statuses = watch([request])
    await eventually(() => disk.waiting === 1)
    expect(await journal()).toContain('"new"')
    await wait(100)
    expect(statuses).toEqual([])
    disk.step()
    expect((await request).status).toBe(200)
  })

  it('is not named in the journal before its body is on disk, nor acknowledged before both are', async () => {
    disk.hold()
    const request = send('PUT', '/new', 'body')
    const statuses = watch([request])
    await eventually(() => disk.waiting === 2) // the file, and its name
    await wait(100)
    expect(await journal()).not.toContain('"new"')
    disk.step()
    await eventually(() => disk.waiting === 1)
    await wait(100)
    expect([statuses, (await journal()).includes('"new"')]).toEqual([[], true])
    disk.step()
    expect((await request).status).toBe(200)
  })

  it('is not shown to others before it is on disk', async () => {
    disk.hold()
    const deletion = send('DELETE', '/old')
    await eventually(() => disk.waiting === 1)
    const requests = [send('GET', '/old'), send('HEAD', '/old'), send('GET', '')]
    const statuses = watch(requests)
    await wait(100)
    expect(statuses).toEqual([])
    disk.step()
    expect((await deletion).status).toBe(204)
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual([404, 404, 200])
  })

  it('shares the wait with those that arrive meanwhile, but not with one that has begun before', async () => {
    disk.hold()
    const first = copy('first')
    await eventually(() => disk.waiting === 1)
    const more = Array.from({ length: 20 }, (_, at) => copy(`more-${at}`))
    const statuses = watch(more)
    await eventually(async () => (await journal()).split('\n').filter((line) => line.includes('more-')).length === 20)
    const { asked } = disk
    disk.step()
    expect((await first).status).toBe(200)
    await eventually(() => disk.waiting === 1)
    expect(statuses).toEqual([])
    disk.step()
    expect((await Promise.all(more)).every(({ status }) => status === 200)).toBe(true)
    expect(disk.asked).toBe(asked + 1)
  })

  it('waits for nothing that is on disk already', async () => {
    const { asked } = disk
    expect(await (await send('GET', '/old')).text()).toBe('old')
    expect(disk.asked).toBe(asked)
  })
})

describe('a server whose disk has failed', () => {
  // biome-ignore lint/suspicious/noConsole: the server logs there
  const log = console.error
  let messages: unknown[][]
  beforeEach(() => {
    messages = []
    console.error = (...message) => void messages.push(message)
  })
  afterEach(() => {
    console.error = log
  })

  /** Everything is refused from now on, and the first failure was logged, with the directory. */
  async function expectRefusal(): Promise<void> {
    const statuses = [
      await copy('later'),
      await send('DELETE', '/old'),
      await send('GET', '/old'),
      await send('GET', ''),
    ]
    expect(statuses.map(({ status }) => status)).toEqual([503, 503, 503, 503])
    expect(messages).toEqual([[expect.stringContaining(directory), expect.anything()]])
  }

  async function restart(): Promise<void> {
    disk.release()
    await server.stop()
    server = await startS3Server({ directory, credentials: CREDENTIALS, sync: disk.sync })
  }

  it('acknowledges nothing more, also if the disk works again, until it is restarted', async () => {
    disk.hold()
    const request = copy('new')
    await eventually(() => disk.waiting === 1)
    disk.step(new Error('I/O error'))
    expect((await request).status).toBe(503)
    disk.release()
    await expectRefusal()
    await restart()
    expect(await (await send('GET', '/old')).text()).toBe('old')
    expect((await copy('later')).status).toBe(200)
  })

  it.each(['removed', 'replaced'])('acknowledges nothing more when its journal was %s', async (how) => {
    const path = join(directory, 'journal-v1.jsonl')
    await rename(path, `${path}.moved`)
    if (how === 'replaced') await copyFile(`${path}.moved`, path)
    expect((await copy('new')).status).toBe(503)
    await expectRefusal()
  })

  it('acknowledges no write when its directory was removed', async () => {
    await rm(directory, { recursive: true })
    expect((await copy('new')).status).toBe(503)
    expect((await send('DELETE', '/old')).status).toBe(503)
    await server.stop()
    server = await startS3Server({ directory, credentials: CREDENTIALS })
    expect((await send('GET', '')).status).toBe(404)
  })
})
