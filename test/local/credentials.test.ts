import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openCredentials } from '../../local/credentials.ts'

let parent: string
let folder: string
let path: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'credentials-'))
  folder = join(parent, 'state')
  path = join(folder, 'credentials.json')
})
afterEach(() => rm(parent, { recursive: true }))

const modeOf = async (name: string): Promise<string> => ((await stat(name)).mode & 0o7777).toString(8)

describe('the keys of a folder', () => {
  it('are made at the first start, with the folder, for its owner alone', async () => {
    const made = await openCredentials(folder)
    expect(made.secretAccessKey.length).toBeGreaterThanOrEqual(40)
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(made)
    expect([await modeOf(folder), await modeOf(path)]).toEqual(['700', '600'])
    expect(await readdir(folder)).toEqual(['credentials.json'])
  })

  it('are the same at the next start, and others in another folder', async () => {
    const made = await openCredentials(folder)
    expect(await openCredentials(folder)).toEqual(made)
    const others = await openCredentials(join(parent, 'other'))
    expect(others.accessKeyId).not.toBe(made.accessKeyId)
    expect(others.secretAccessKey).not.toBe(made.secretAccessKey)
  })

  it('are the same for programs that start at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => openCredentials(folder)))
    expect(new Set(all.map(({ secretAccessKey }) => secretAccessKey)).size).toBe(1)
    expect(await readdir(folder)).toEqual(['credentials.json'])
  })

  it.each(['755', '777', '750', '707'])(
    'close a folder of an older version that others may enter: %s',
    async (mode) => {
      await mkdir(folder)
      await chmod(folder, Number.parseInt(mode, 8))
      await openCredentials(folder)
      expect(await modeOf(folder)).toBe('700')
    },
  )

  it('close their file if others may read it', async () => {
    await openCredentials(folder)
    await chmod(path, 0o644)
    await openCredentials(folder)
    expect(await modeOf(path)).toBe('600')
  })

  it('are not made in a folder that users share, which stays as it is', async () => {
    await mkdir(folder)
    await chmod(folder, 0o1777)
    await expect(openCredentials(folder)).rejects.toThrow('GROUNDWORK_DIR')
    expect([await modeOf(folder), await readdir(folder)]).toEqual(['1777', []])
  })

  it('may have members that a newer version adds', async () => {
    const made = await openCredentials(folder)
    await writeFile(path, JSON.stringify({ ...made, newer: true }))
    expect(await openCredentials(folder)).toEqual(made)
  })

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"accessKeyId":"GW0123456789ABCDEF01"}',
    '{"accessKeyId":"","secretAccessKey":""}',
    '{"accessKeyId":"GW0123456789ABCDEF01","secretAccessKey":"short"}',
    '{"accessKeyId":"GW:0123456789ABCDEF","secretAccessKey":"0123456789012345678901234567890123456789"}',
  ])('are neither guessed nor replaced when their file is damaged: %s', async (text) => {
    await mkdir(folder)
    await writeFile(path, text)
    await expect(openCredentials(folder)).rejects.toThrow(path)
    expect(await readFile(path, 'utf8')).toBe(text)
  })
})
