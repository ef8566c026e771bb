import { describe, expect, it } from '@jest/globals'
import { removeFolder } from '../../../shared/platform/storage/remove-folder.ts'
import { previewRemoval, removeOwn } from '../../../shared/platform/storage/remove-own.ts'
import { keysUnder } from '../../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const FOLDER = 'data/b/'
const isOwn = (name: string): boolean => name.startsWith('own') || name === 'record.json'
const isRecord = (name: string): boolean => name === 'record.json'
const isStillCurrent = async (): Promise<boolean> => true

/** A folder with objects of ours, one of somebody else, and a record. */
async function folder(): Promise<MemoryPorts> {
  const ports = memoryPorts()
  for (const name of ['own-1', 'own-2', 'photo.jpg', 'record.json']) await ports.objects.put(FOLDER + name, name)
  return ports
}
const left = ({ world }: MemoryPorts): string[] => keysUnder(world, FOLDER)

/** Has somebody write into the folder between its listing and the removal. */
function writeMeanwhile(ports: MemoryPorts, name: string): () => Promise<boolean> {
  return async () => {
    await ports.objects.put(FOLDER + name, 'written meanwhile')
    return true
  }
}

describe('removeOwn', () => {
  it('removes what is ours, leaves and names what is not, and leaves the records to the caller', async () => {
    const ports = await folder()
    const { records, ...report } = await removeOwn(FOLDER, isOwn, { isRecord, isStillCurrent }, ports)
    expect(report).toMatchObject({ removed: 2, kept: { objects: 1, keys: ['data/b/photo.jpg'] } })
    expect(records.map(({ key }) => key)).toEqual(['data/b/record.json'])
    expect(left(ports)).toEqual(['photo.jpg', 'record.json'])
  })

  it('leaves an object that was replaced since it was listed, and does not count it', async () => {
    const ports = await folder()
    const replaced = { isRecord, isStillCurrent: writeMeanwhile(ports, 'own-1') }
    expect(await removeOwn(FOLDER, isOwn, replaced, ports)).toMatchObject({ removed: 1 })
    expect(left(ports)).toEqual(['own-1', 'photo.jpg', 'record.json'])
  })

  it('removes nothing of a folder that was recreated', async () => {
    const ports = await folder()
    const recreated = { isRecord, isStillCurrent: async () => false }
    expect(await removeOwn(FOLDER, isOwn, recreated, ports)).toMatchObject({ removed: 0 })
    expect(left(ports)).toHaveLength(4)
  })

  it('removes as many objects as a preview counts, the record included', async () => {
    const ports = await folder()
    expect(await previewRemoval(FOLDER, isOwn, ports)).toMatchObject({ objects: 3, kept: { objects: 1 }, more: false })
    expect(left(ports)).toHaveLength(4)
  })
})

describe('removeFolder', () => {
  it('removes all objects but those that are to be kept', async () => {
    const ports = await folder()
    expect(await removeFolder(FOLDER, ports, { keep: (key) => key.endsWith('.jpg') })).toBe(3)
    expect(left(ports)).toEqual(['photo.jpg'])
  })

  it('leaves an object that was replaced since it was listed, and does not count it', async () => {
    const ports = await folder()
    expect(await removeFolder(FOLDER, ports, { isStillCurrent: writeMeanwhile(ports, 'own-1') })).toBe(3)
    expect(left(ports)).toEqual(['own-1'])
  })

  it('removes nothing of a folder that was recreated', async () => {
    const ports = await folder()
    expect(await removeFolder(FOLDER, ports, { isStillCurrent: async () => false })).toBe(0)
    expect(left(ports)).toHaveLength(4)
  })
})
