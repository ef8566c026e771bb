import { execFile } from 'node:child_process'
import { existsSync, rmdirSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ownOrReach } from '../../../local/ownership/ask-owner.ts'
import { ownDirectory } from '../../../local/ownership/own-directory.ts'
import { DirectoryInUseError, readOwner } from '../../../local/ownership/owner.ts'
import { startS3Server } from '../../../local/s3/server.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { killOwners, startOwner } from './owner-process.ts'

const OWNERSHIP = new URL('../../../local/ownership/own-directory.ts', import.meta.url).href

let root: string
let directory: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'owner-'))
  directory = join(root, 'state')
})
afterEach(async () => {
  killOwners()
  await rm(root, { recursive: true })
})

const isFree = async (path = directory): Promise<boolean> => {
  const owner = await ownDirectory(path).catch((error: unknown) => {
    if (error instanceof DirectoryInUseError) return undefined
    throw error
  })
  owner?.release()
  return owner !== undefined
}

describe('a directory that a process holds', () => {
  it('is refused to another process, with who holds it, and nothing is changed', async () => {
    const owner = await ownDirectory(directory, { program: 'npm run test-program' })
    owner.announce({ api: 'http://127.0.0.1:3000' })
    const before = await readdir(directory)
    expect((await startOwner(directory)).isOwner).toBe(false)
    expect(await readdir(directory)).toEqual(before)
    const refused: unknown = await ownDirectory(directory).catch((error: unknown) => error)
    for (const part of [directory, `${process.pid}`, 'npm run test-program', 'http://127.0.0.1:3000', 'GROUNDWORK_DIR'])
      expect(String(refused)).toContain(part)
    owner.release()
  })

  it('is refused to the same process, under each of its names', async () => {
    const owner = await ownDirectory(directory)
    await symlink(directory, join(root, 'link'))
    for (const path of [directory, `${directory}/`, join(root, 'link'), join(root, 'no', '..', 'state')])
      expect(await isFree(path)).toBe(false)
    owner.release()
    expect(await isFree()).toBe(true)
  })

  it('stays held while the process is stopped', async () => {
    const owner = await startOwner(directory)
    owner.signal('SIGSTOP')
    await wait(1500)
    expect(await isFree()).toBe(false)
    owner.signal('SIGCONT')
    expect(await isFree()).toBe(false)
  })

  it('is free as soon as the process is killed, also while it was stopped', async () => {
    for (const signal of ['SIGCONT', 'SIGSTOP'] as const) {
      const owner = await startOwner(directory)
      expect(owner.isOwner).toBe(true)
      owner.signal(signal)
      await owner.kill()
      expect(await isFree()).toBe(true)
    }
  })

  it('is not held by the children of a process that is gone', async () => {
    const spawning = `
      const { spawn } = await import('node:child_process')
      const child = spawn('sleep', ['20'], { detached: true, stdio: 'ignore' })
      owner.announce({ api: String(child.pid) })`
    const owner = await startOwner(directory, {}, spawning)
    const child = Number(readOwner(directory)?.api)
    await owner.kill()
    expect(await isFree()).toBe(true)
    process.kill(child, 'SIGKILL') // fails if the child had ended before
  })

  it('is waited for when its owner needs it for seconds only', async () => {
    const brief = await startOwner(directory, { isBrief: true })
    expect(brief.isOwner).toBe(true)
    const next = ownDirectory(directory)
    await wait(800)
    await brief.kill()
    const owner = await next
    owner.release()
  })

  it('is waited for when its owner is about to leave', async () => {
    const leaving = await ownDirectory(directory)
    leaving.announceStop()
    setTimeout(leaving.release, 800)
    const owner = await ownDirectory(directory)
    owner.release()
  })

  it('stays held when nothing refers to its handle any more', async () => {
    const forgetting = `
      const { ownDirectory: own } = await import(${JSON.stringify(OWNERSHIP)})
      await own(${JSON.stringify(join(root, 'forgotten'))})
      for (let turn = 0; turn < 5; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 10))
        globalThis.gc()
      }`
    await startOwner(directory, {}, forgetting)
    expect(await isFree(join(root, 'forgotten'))).toBe(false)
  })

  it('has one owner when many start at once', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => startOwner(directory)))
    expect(all.filter(({ isOwner }) => isOwner)).toHaveLength(1)
  })
})

describe('the lock of a directory', () => {
  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['short', 'x'],
    ['no database', 'no database '.repeat(1000)],
    ['cut in its header', 'SQLite format 3\0'],
  ])('works when its file is %s', async (_, content) => {
    await mkdir(directory)
    if (content !== undefined) await writeFile(join(directory, 'owner.lock'), content)
    const all = await Promise.all([startOwner(directory), startOwner(directory)])
    expect(all.filter(({ isOwner }) => isOwner)).toHaveLength(1)
  })

  it('works when its file is a database of somebody else', async () => {
    const script = `const db = new (require('node:sqlite').DatabaseSync)(process.argv[1]); db.exec('CREATE TABLE a (b)')`
    await mkdir(directory)
    await promisify(execFile)(process.execPath, ['--eval', script, join(directory, 'owner.lock')])
    const owner = await ownDirectory(directory)
    expect((await startOwner(directory)).isOwner).toBe(false)
    owner.release()
  })

  it('names the file when it cannot be locked', async () => {
    await mkdir(join(directory, 'owner.lock'), { recursive: true })
    await expect(ownDirectory(directory)).rejects.toThrow(join(directory, 'owner.lock'))
  })
})

describe('a directory that was created for nothing', () => {
  it('is removed with the parents that were created for it', async () => {
    const owner = await ownDirectory(join(directory, 'deep'))
    owner.release()
    expect(existsSync(directory)).toBe(false)
    expect(existsSync(root)).toBe(true)
  })

  it('stays without the lock when it was there before', async () => {
    await mkdir(directory)
    await writeFile(join(directory, 'mine'), '')
    const owner = await ownDirectory(directory)
    owner.release()
    expect(await readdir(directory)).toEqual(['mine'])
  })

  it('stays when something is in it', async () => {
    const owner = await ownDirectory(directory)
    await writeFile(join(directory, 'mine'), '')
    owner.release()
    expect(await readdir(directory)).toEqual(['mine', 'owner.lock'])
  })

  it('is created again when it is removed before it is locked', async () => {
    const owning = ownDirectory(directory)
    // Nothing else runs in this process until it is gone again.
    while (!existsSync(directory));
    rmdirSync(directory)
    const owner = await owning
    expect(await isFree(directory)).toBe(false)
    owner.release()
  })

  it('has one owner at any time, however often it is removed', async () => {
    const taking = `
      const { mkdirSync, rmdirSync } = await import('node:fs')
      for (let turn = 0; turn < 15; turn++) {
        const brief = await ownDirectory(${JSON.stringify(join(root, 'brief'))}, { isBrief: true })
        mkdirSync(${JSON.stringify(join(root, 'witness'))}) // fails if there is another owner
        rmdirSync(${JSON.stringify(join(root, 'witness'))})
        brief.release()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }`
    const names = ['a', 'b', 'c']
    const all = await Promise.all(names.map((name) => startOwner(join(root, name), {}, taking)))
    expect(all.map(({ isOwner }) => isOwner)).toEqual([true, true, true])
  })
})

describe('ownOrReach', () => {
  it('returns the S3 server of the owner once the owner announces it, if it is the owner who answers', async () => {
    const owner = await ownDirectory(directory)
    const server = await startS3Server({ directory, owner, credentials: CREDENTIALS })
    const found = ownOrReach(directory, {})
    await wait(300)
    owner.announce({ s3: server.url })
    expect(await found).toBe(server.url)
    await server.stop()
    owner.release()
  })

  it('does not take the server of somebody else for that of the owner', async () => {
    const other = await startS3Server({ directory: join(root, 'other'), credentials: CREDENTIALS })
    const owner = await ownDirectory(directory)
    owner.announce({ s3: other.url })
    setTimeout(owner.release, 800)
    const found = await ownOrReach(directory, {})
    if (typeof found === 'string') throw new Error(`reached ${found}`)
    found.release()
    await other.stop()
  })

  it('waits for an owner that is about to leave, though it still answers', async () => {
    const owner = await ownDirectory(directory)
    const server = await startS3Server({ directory, owner, credentials: CREDENTIALS })
    owner.announce({ s3: server.url })
    owner.announceStop()
    setTimeout(owner.release, 800)
    const found = await ownOrReach(directory, {})
    if (typeof found === 'string') throw new Error(`reached ${found}`)
    found.release()
    await server.stop()
  })

  it('names the server that the owner uses in place of one of its own', async () => {
    const owner = await ownDirectory(directory)
    owner.announce({ externalS3: 'http://127.0.0.1:9000' })
    await expect(ownOrReach(directory, {})).rejects.toThrow('AWS_ENDPOINT_URL_S3=http://127.0.0.1:9000')
    owner.release()
  })
})
