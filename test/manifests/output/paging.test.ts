import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { fromCursor, toCursor } from '../../../shared/contracts/page.ts'
import { readAnnotations } from '../../../shared/manifests/output/annotations.ts'
import { allPages, boxLine, KEY, manifest, read, reads, store } from './annotation-file.ts'

const FAILED = '{"source-ref":"s3://b/x.jpg","boxes-metadata":{"failure-reason":"expired"}}'
const LINES = [boxLine(1), FAILED, '{', 'x', '{"source-ref":"s3://b/ü"}', boxLine(2), FAILED]
const CHANGED = { code: 'source-changed', message: expect.stringContaining(KEY) }
const REFUSED = { code: 'invalid-request', issues: [expect.objectContaining({ at: 'query.cursor' })] }

/** Returns at least that many bytes of labeled lines, followed by a failed one. */
const longFile = (bytes: number): string => {
  const line = boxLine(1, { padding: 'x'.repeat(5000) })
  return `${`${line}\n`.repeat(Math.ceil(bytes / line.length))}${FAILED}\n`
}

describe('the pages of an output manifest', () => {
  it.each([1, 2, 3, 6, 7, 8])('have the same lines as a single page, with %i per page', async (limit) => {
    for (const end of ['', '\n']) {
      const ports = manifest(LINES.join('\n') + end)
      const { items } = await read(ports)
      const pages = await allPages(ports, { limit })
      expect(items).toHaveLength(7)
      expect(pages.flat()).toEqual(items)
      expect(pages).toHaveLength(Math.ceil(7 / limit))
    }
  })

  it.each([1, 2, 3, 8])('leave out blank lines wherever they are, with %i per page', async (limit) => {
    const pages = await allPages(manifest(`\n${LINES.join('\n \r\n')}\n\n\n`), { limit })
    expect(pages.flat().map(({ line }) => line)).toEqual([2, 4, 6, 8, 10, 12, 14])
  })

  it.each([1, 2, 5])('have all lines of one outcome, with %i per page', async (limit) => {
    const ports = manifest(LINES.join('\n'))
    const pages = await allPages(ports, { limit, outcome: 'failed' })
    expect(pages.flat().map(({ line }) => line)).toEqual([2, 7])
  })

  it.each([100, 1000])('cover a file that a job wrote, with %i per page', async (limit) => {
    const file = readFileSync(new URL('../../fixtures/ground-truth/dice-output.manifest', import.meta.url))
    const ports = manifest(file)
    const pages: number[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await readAnnotations(KEY, 'dice-labeling', { limit, cursor }, ports)
      pages.push(page.items.length)
      cursor = page.nextCursor
      if (cursor === undefined) break
    }
    expect(pages).toEqual(limit === 100 ? [100, 100, 100, 15] : [315])
  })

  it('stay below 4 MB and have all lines together', async () => {
    const names = { 0: 'x'.repeat(250) }
    const annotations = Array.from({ length: 300 }, () => ({ class_id: 0, left: 1, top: 1, width: 1, height: 1 }))
    const label = {
      boxes: { annotations },
      'boxes-metadata': { type: 'groundtruth/object-detection', 'class-map': names },
    }
    const ports = manifest(Array.from({ length: 80 }, (_, index) => boxLine(index, label)).join('\n'))
    const pages = await allPages(ports, { limit: 1000 })
    expect(pages.flat().map(({ line }) => line)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1))
    expect(pages.length).toBeGreaterThan(1)
    for (const page of pages) expect(JSON.stringify(page).length).toBeLessThan(4_000_000)
  })
})

describe('the reads of a page', () => {
  it('are one small read for a small page', async () => {
    const ports = manifest(longFile(3 << 20))
    const { nextCursor } = await read(ports, { limit: 40 })
    await read(ports, { limit: 40, cursor: nextCursor })
    expect(reads(ports)).toEqual([256 << 10, 256 << 10])
  })

  it('grow for a larger page', async () => {
    const ports = manifest(longFile(3 << 20))
    await read(ports, { limit: 1000 })
    expect(reads(ports)).toEqual([256 << 10, 512 << 10, 1 << 20, 2 << 20])
  })

  it('are limited when nothing matches, and the next page continues', async () => {
    const ports = manifest(longFile(10 << 20))
    const first = await read(ports, { outcome: 'failed' })
    expect(first).toEqual({ items: [], nextCursor: expect.any(String) })
    expect(reads(ports).reduce((sum, bytes) => sum + bytes, 0)).toBe(8 << 20)
    ports.world.calls.splice(0)
    const second = await read(ports, { outcome: 'failed', cursor: first.nextCursor })
    expect(second.items).toMatchObject([{ outcome: 'failed' }])
    expect(second.nextCursor).toBeUndefined()
    expect(reads(ports).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(8 << 20)
  })

  it('are limited within a very long line, which is returned once', async () => {
    const ports = manifest(`${FAILED}\n${'x'.repeat(20 << 20)}\n${boxLine(1)}`)
    const pages = await allPages(ports)
    expect(pages.map((page) => page.map(({ line, outcome }) => `${line} ${outcome}`))).toEqual([
      ['1 failed', '2 unreadable'],
      [],
      ['3 labeled'],
    ])
    expect(Math.max(...reads(ports))).toBe(2 << 20)
  })

  it('take at most one more page when a long line ends at the limit', async () => {
    const ports = manifest('x'.repeat(20 << 20))
    expect((await allPages(ports)).flat()).toMatchObject([{ line: 1, outcome: 'unreadable' }])
  })
})

describe('a manifest that is replaced', () => {
  it('is not mixed with the previous version across pages', async () => {
    const ports = manifest(LINES.join('\n'))
    const { nextCursor } = await read(ports, { limit: 2 })
    store(`${LINES.join('\n')}\n`, ports)
    await expect(read(ports, { limit: 2, cursor: nextCursor })).rejects.toMatchObject(CHANGED)
  })

  it('is not mixed with the previous version within a page', async () => {
    const ports = manifest(longFile(1 << 20))
    ports.world.fault = (_, number) => {
      if (number === 2) store(longFile(2 << 20), ports)
      return undefined
    }
    await expect(read(ports, { limit: 1000 })).rejects.toMatchObject(CHANGED)
  })

  it('is detected when the new version is shorter', async () => {
    const ports = manifest(LINES.join('\n'))
    const { nextCursor } = await read(ports, { limit: 6 })
    store('', ports)
    await expect(read(ports, { cursor: nextCursor })).rejects.toMatchObject(CHANGED)
  })

  it('is not found after it was removed', async () => {
    const ports = manifest(LINES.join('\n'))
    const { nextCursor } = await read(ports, { limit: 2 })
    ports.world.stored.clear()
    await expect(read(ports, { cursor: nextCursor })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('a forged cursor', () => {
  const content = LINES.join('\n')
  const cursor = async () => fromCursor((await read(manifest(content), { limit: 2 })).nextCursor) ?? ''

  it('differs from the cursor of a page', async () => {
    expect(await cursor()).toMatch(/^\d+:3:"[0-9a-f]+"$/)
  })

  it.each([
    ['points inside a line', (text: string) => text.replace(/^\d+/, '40')],
    ['continues a line that has ended', (text: string) => text.replace(':', '+')],
    ['points after the end', (text: string) => text.replace(/^\d+/, '999999')],
    ['points to the end', (text: string) => text.replace(/^\d+/, String(Buffer.byteLength(content)))],
    ['points to the start', (text: string) => text.replace(/^\d+/, '0')],
    ['counts more lines than bytes', (text: string) => text.replace(':3:', ':9999:')],
    ['has no line', (text: string) => text.replace(':3:', ':')],
    ['has line 0', (text: string) => text.replace(':3:', ':0:')],
    ['has no version', (text: string) => text.replace(/"[0-9a-f]+"$/, '')],
    ['is negative', (text: string) => `-${text}`],
    ['is not a safe integer', (text: string) => text.replace(/^\d+/, '9'.repeat(20))],
    ['has another format', () => '30'],
    ['is empty', () => ''],
  ])('is refused when it %s', async (_, forge) => {
    const forged = toCursor(forge(await cursor()))
    await expect(read(manifest(content), { cursor: forged })).rejects.toMatchObject(REFUSED)
  })

  it('is refused when it points after the last line break', async () => {
    const ports = manifest(`${content}\n`)
    const { nextCursor } = await read(ports, { limit: 2 })
    const end = String(Buffer.byteLength(content) + 1)
    const forged = toCursor((fromCursor(nextCursor) ?? '').replace(/^\d+/, end))
    await expect(read(ports, { cursor: forged })).rejects.toMatchObject(REFUSED)
  })

  it.each(['%', 'MTA=', 'ä'])('is refused when it is not base64url: %j', async (text) => {
    await expect(read(manifest(content), { cursor: text })).rejects.toMatchObject(REFUSED)
  })

  it('is answered with source-changed when it has another version', async () => {
    const other = toCursor((await cursor()).replace(/"[0-9a-f]+"$/, '"other"'))
    await expect(read(manifest(content), { cursor: other })).rejects.toMatchObject(CHANGED)
  })
})
