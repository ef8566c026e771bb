import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { Registration } from '../../shared/contracts/dataset.ts'
import { ManifestRequest } from '../../shared/contracts/manifest-request.ts'
import { getCopy } from '../../shared/copying/start-copy.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { registerDataset } from '../../shared/datasets/register/register.ts'
import { writeManifest } from '../../shared/manifests/input/write-manifest.ts'
import { drain } from '../support/broker/drain.ts'
import { cats, imageId, jpeg, listBatchKeys, PETS, petsWorld } from '../support/fixtures/pets.ts'
import { pngFile } from '../support/fixtures/picture-files.ts'
import { imageListKeyAt, jsonAt, ROOT, textAt } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { catRequest, completeCopy, readImages } from './pets-copy.ts'

const JPEG = jpeg(4, 3)
const PNG = pngFile(4, 3)

/** Returns ports over a batch `b` of two images that are published under names with this ending, with this content. */
async function batchOf(ending: string, content: Uint8Array): Promise<MemoryPorts> {
  const world = await petsWorld(cats(2))
  const ports = memoryPorts({ world })
  const imageLocation = `s3://open-images-dataset/dots.in.names/{imageId}${ending}`
  await registerDataset('others', Registration.parse({ ...PETS, imageLocation }), { validateOnly: false }, ports)
  await startImport('others', ports)
  await drain(ports)
  for (const number of [1, 2])
    world.stored.set(imageLocation.replace('{imageId}', imageId(number)), memoryObject(content, 'image/jpeg'))
  await createBatch('b', { ...catRequest(2), dataset: 'others' }, ports)
  return ports
}

const names = (ports: MemoryPorts): string[] =>
  listBatchKeys('b', ports.world).filter((name) => name.startsWith('images/'))
const copiesIn = (extension: string): string[] => [1, 2].map((number) => `images/${imageId(number)}.${extension}`)

describe('the extension of a copy', () => {
  it.each([
    ['.jpg', JPEG, 'jpg'],
    ['.jpeg', JPEG, 'jpeg'],
    ['.JPEG', JPEG, 'jpeg'],
    ['.JPG', JPEG, 'jpg'],
    ['.png', PNG, 'png'],
    ['.Png', PNG, 'png'],
    ['', JPEG, 'jpg'],
    ['.0001', JPEG, 'jpg'],
    ['.jfif', JPEG, 'jpg'],
  ])('of a source %s is one that fits, without a warning', async (ending, content, extension) => {
    const ports = await batchOf(ending, content)
    await completeCopy(ports)
    expect(names(ports)).toEqual(copiesIn(extension))
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', warningCount: 0, warnings: [] })
    expect((await readImages(ports))[0]).not.toHaveProperty('warnings')
  })

  it.each([
    ['.png', JPEG, 'png', 'image/jpeg'],
    ['.jpg', PNG, 'jpg', 'image/png'],
    ['.jpeg', PNG, 'jpeg', 'image/png'],
    ['', PNG, 'jpg', 'image/png'],
    ['.gif', JPEG, 'jpg', 'image/jpeg'],
    ['.tif', PNG, 'jpg', 'image/png'],
  ])('of a source %s whose bytes are another format has a warning', async (ending, content, extension, contentType) => {
    const ports = await batchOf(ending, content)
    await completeCopy(ports)
    expect(names(ports)).toEqual(copiesIn(extension))
    const warning = { code: 'extension-mismatch', message: expect.stringContaining(contentType) }
    expect((await readImages(ports))[0]).toMatchObject({ copy: 'copied', contentType, warnings: [warning] })
    const warnings = [1, 2].map((number) => ({ imageId: imageId(number), ...warning }))
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 2, warningCount: 2, warnings })
  })

  it('is that of the copy which the manifest names, and deletion removes', async () => {
    const ports = await batchOf('.png', PNG)
    await completeCopy(ports)
    await writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)
    const manifest = textAt(ports.world, 'data/b/manifests/input.manifest') ?? ''
    const named = manifest.split('\n').flatMap((line) => (line ? [JSON.parse(line)['source-ref']] : []))
    expect(named).toEqual(copiesIn('png').map((name) => `${ROOT}data/b/${name}`))
    await deleteBatch('b', ports)
    expect(listBatchKeys('b', ports.world)).toEqual([])
  })

  it('stays `jpg` in batches of older versions, whose image list says so', async () => {
    const ports = await batchOf('.png', PNG)
    const key = imageListKeyAt(ports.world, 'b')
    const list = (textAt(ports.world, key) ?? '').replaceAll(/(images\/\w+)\.png"/g, '$1.jpg"')
    ports.world.stored.set(ROOT + key, memoryObject(list))
    const record = jsonAt(ports.world, 'data/b/batch.json')
    const { list: _, ...selection } = { ...record.selection, chunkOffsets: [0, Buffer.byteLength(list)] }
    ports.world.stored.delete(ROOT + key)
    ports.world.stored.set(`${ROOT}data/b/images.jsonl`, memoryObject(list))
    ports.world.stored.set(`${ROOT}data/b/batch.json`, memoryObject(JSON.stringify({ ...record, selection })))
    await completeCopy(ports)
    expect(names(ports)).toEqual(copiesIn('jpg'))
    await deleteBatch('b', ports)
    expect(listBatchKeys('b', ports.world)).toEqual([])
  })

  it('lets no copy be written elsewhere than into the folder of the images', async () => {
    const ports = await batchOf('.png', PNG)
    const key = imageListKeyAt(ports.world, 'b')
    const list = (textAt(ports.world, key) ?? '').replaceAll(/images\/(\w+)\.png"/g, 'copies/$1.png"')
    const record = jsonAt(ports.world, 'data/b/batch.json')
    const { list: _, ...selection } = { ...record.selection, chunkOffsets: [0, Buffer.byteLength(list)] }
    ports.world.stored.set(`${ROOT}data/b/images.jsonl`, memoryObject(list))
    ports.world.stored.set(`${ROOT}data/b/batch.json`, memoryObject(JSON.stringify({ ...record, selection })))
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', failed: 2 })
    expect(ports.world.calls.filter(({ method }) => method === 'copy')).toEqual([])
  })
})
