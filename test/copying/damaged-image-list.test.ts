import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { drain } from '../support/broker/drain.ts'
import { cats, listBatchKeys, petsPorts } from '../support/fixtures/pets.ts'
import { imageListKeyAt, isImageList, jsonAt, ROOT, textAt } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { batchIn, DAMAGE_NAMES, damage, unpinList } from './damage.ts'
import { callsTo, catRequest, completeCopy, readImages, readStatus } from './pets-copy.ts'

const listsIn = (ports: MemoryPorts): string[] =>
  listBatchKeys('b', ports.world).filter((key) => isImageList(`/${key}`))

/** Crashes at the write that selects the batch: its list is written by then. */
function crashBeforeSelected({ world }: MemoryPorts): void {
  world.fault = ({ method, key }) => {
    const isListed = [...world.stored.keys()].some(isImageList)
    return method === 'put' && key.endsWith('/batch.json') && isListed ? 'before' : undefined
  }
}

describe('reading the image list', () => {
  it('accepts a restored list of another ETag, and refuses other content of the same size', async () => {
    const ports = await batchIn('selected')
    const key = imageListKeyAt(ports.world, 'b')
    const text = textAt(ports.world, key) ?? ''
    ports.world.stored.set(ROOT + key, { ...memoryObject(text), etag: '"restored"' })
    expect(await readImages(ports)).toHaveLength(5)
    await completeCopy(ports)
    expect(await readStatus(ports)).toBe('copied')
    ports.world.stored.set(ROOT + key, memoryObject(text.replace('xMin', 'XMIN')))
    await expect(readImages(ports)).rejects.toEqual(expect.objectContaining({ code: 'corrupt-state', key }))
  })

  it('refuses a list of the same size that names another image, and copies none of it', async () => {
    const ports = await batchIn('selected')
    const key = imageListKeyAt(ports.world, 'b')
    const text = textAt(ports.world, key) ?? ''
    ports.world.stored.set(ROOT + key, memoryObject(text.replaceAll('0000000000000001', '0000000000000009')))
    await expect(readImages(ports)).rejects.toEqual(expect.objectContaining({ code: 'corrupt-state', key }))
    await completeCopy(ports)
    expect(listBatchKeys('b', ports.world).filter((name) => name.startsWith('images/'))).toEqual([])
  })

  it.each([
    [
      'has the size that it had',
      (text: string) => text.replace(/^(.*)\n.*\n/, (two, one) => `${one.padEnd(two.length - 1)}\n`),
    ],
    ['is longer', (text: string) => text + text.slice(text.lastIndexOf('\n', text.length - 2) + 1)],
  ])('refuses a list of version 1 that has one line more or less and %s', async (_, change) => {
    const ports = await batchIn('selected')
    unpinList(ports)
    const key = 'data/b/images.jsonl'
    ports.world.stored.set(ROOT + key, memoryObject(change(textAt(ports.world, key) ?? '')))
    await expect(readImages(ports)).rejects.toEqual(expect.objectContaining({ code: 'corrupt-state', key }))
    await completeCopy(ports)
    expect(listBatchKeys('b', ports.world)).not.toContain('images/0000000000000001.jpg')
    expect(await readStatus(ports)).toBe('incomplete')
  })

  it.each(DAMAGE_NAMES)('notices that a list of version 1, which is not pinned, was %s', async (kind) => {
    const ports = await batchIn('selected')
    unpinList(ports)
    expect(await readImages(ports)).toHaveLength(5)
    const key = 'data/b/images.jsonl'
    damage(ports, key, kind)
    await expect(readImages(ports)).rejects.toEqual(expect.objectContaining({ code: 'corrupt-state', key }))
  })

  it.each([
    ['a line that is no image', (line: string) => line.replace('"imageId"', '"imageid"')],
    ['two lines joined', (line: string) => line.replace('\n', ' ')],
  ])('notices %s in a list of version 1 of the right size', async (_, change) => {
    const ports = await batchIn('selected')
    unpinList(ports)
    const key = 'data/b/images.jsonl'
    ports.world.stored.set(ROOT + key, memoryObject(change(textAt(ports.world, key) ?? '')))
    await expect(readImages(ports)).rejects.toEqual(expect.objectContaining({ code: 'corrupt-state', key }))
    await completeCopy(ports)
    expect(await readStatus(ports)).toBe('incomplete')
  })

  it('reads each chunk with one request while the list is as recorded', async () => {
    const ports = await batchIn('selected')
    await startCopy('b', ports)
    ports.world.calls.splice(0)
    await drain(ports)
    expect(ports.world.calls.filter(({ key }) => isImageList(key)).map(({ method }) => method)).toEqual(
      Array(3).fill('get'),
    )
  })
})

describe('writing the image list', () => {
  it('leaves an equal list of an earlier attempt, and replaces a damaged one', async () => {
    for (const kind of [undefined, 'cut at the end of a line', 'emptied'] as const) {
      const ports = await petsPorts(cats(5))
      await createBatch('b', { ...catRequest(3000) }, ports)
      crashBeforeSelected(ports)
      await drain(ports, { receives: 1, deadLetterReceives: 0 })
      ports.world.fault = () => undefined
      const [name = ''] = listsIn(ports)
      if (kind) damage(ports, `data/b/${name}`, kind)
      ports.world.calls.splice(0)
      await createBatch('b', { ...catRequest(3000) }, ports)
      await drain(ports)
      expect(listsIn(ports)).toEqual([name])
      expect(callsTo(ports.world, 'put').filter(({ key }) => isImageList(key))).toHaveLength(kind ? 2 : 1)
      expect(jsonAt(ports.world, 'data/b/batch.json').selection.list).toMatchObject({
        name,
        etag: ports.world.stored.get(`${ROOT}data/b/${name}`)?.etag,
      })
      expect(await readImages(ports)).toHaveLength(5)
    }
  })

  it('leaves no list behind when the batch is deleted, or recreated, as the list is written', async () => {
    for (const recreated of [false, true]) {
      const ports = await petsPorts(cats(5))
      await createBatch('b', catRequest(3000), ports)
      const { batchId } = jsonAt(ports.world, 'data/b/batch.json')
      ports.world.pause = async ({ method, key }) => {
        if (method !== 'put' || !key.endsWith(`images-${batchId}.jsonl`)) return
        const stored = { ...jsonAt(ports.world, 'data/b/batch.json'), state: 'deleting' }
        ports.world.stored.set(`${ROOT}data/b/batch.json`, memoryObject(JSON.stringify(stored)))
        await deleteBatch('b', ports)
        if (recreated) await createBatch('b', catRequest(3), ports)
      }
      await drain(ports)
      const names = recreated ? ['batch.json', `images-${jsonAt(ports.world, 'data/b/batch.json').batchId}.jsonl`] : []
      expect(listBatchKeys('b', ports.world)).toEqual(names)
    }
  })

  it('is given up, before the list appears, when the batch is recreated meanwhile', async () => {
    const ports = await petsPorts(cats(5))
    await createBatch('b', catRequest(3000), ports)
    const { batchId } = jsonAt(ports.world, 'data/b/batch.json')
    let isFirst = true
    ports.world.pause = async ({ port, method }) => {
      if (!isFirst || port !== 'files' || method !== 'read') return
      isFirst = false
      const stored = { ...jsonAt(ports.world, 'data/b/batch.json'), state: 'deleting' }
      ports.world.stored.set(`${ROOT}data/b/batch.json`, memoryObject(JSON.stringify(stored)))
      await deleteBatch('b', ports)
      await createBatch('b', catRequest(3), ports)
    }
    await drain(ports)
    expect(isFirst).toBe(false)
    expect(callsTo(ports.world, 'put').map(({ key }) => key)).not.toContain(`data/b/images-${batchId}.jsonl`)
  })

  it('leaves no list behind of a selection that failed', async () => {
    const ports = await petsPorts(cats(5))
    await createBatch('b', catRequest(3000), ports)
    ports.world.fault = ({ method, key }) =>
      method === 'put' && key.endsWith('/batch.json') && listsIn(ports).length > 0 && failures-- > 0
        ? new Error('down')
        : undefined
    let failures = 4
    await drain(ports)
    expect(await readStatus(ports)).toBe('failed')
    expect(listsIn(ports)).toEqual([])
  })
})
