import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../../shared/batches/create.ts'
import { getBatch } from '../../../shared/batches/record/store.ts'
import { toBatchView } from '../../../shared/batches/view.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { drain } from '../../support/broker/drain.ts'
import { cats, imageId, importPets, petsWorld, toSourceUri } from '../../support/fixtures/pets.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const HEADER = 'ImageID,License,Author'
const fact = (number: number, license = 'by') => `${imageId(number)},${license},Ann`

/** Returns a world with four cats and this image list. */
async function catsWith(...facts: string[]): Promise<MemoryPorts> {
  const world = await petsWorld(cats(4))
  world.stored.set('s3://other/images.csv', memoryObject(`${[HEADER, ...facts].join('\n')}\n`))
  await importPets(world)
  return memoryPorts({ world })
}

/** Copies the four cats, without those whose images are missing, and writes the manifest. */
async function report(ports: MemoryPorts, provenance: boolean, missing: readonly number[] = []) {
  for (const number of missing) ports.world.stored.delete(toSourceUri(number))
  const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 4 }
  await createBatch('b', BatchRequest.parse(request), ports)
  await startCopy('b', ports)
  await drain(ports)
  return writeManifest('b', ManifestRequest.parse({ provenance }), { store: true }, ports)
}

describe('the report of a manifest with provenance', () => {
  it.each<[string, string[], number[]]>([
    ['all images', [1, 2, 3, 4].map((number) => fact(number)), []],
    ['images without a row', [fact(1), fact(3)], [2, 4]],
    ['an image whose row has no license', [fact(1), fact(2, ''), fact(3), fact(4)], [2]],
    ['no image', [fact(9)], [1, 2, 3, 4]],
  ])('counts the licenses of its lines, and lists the images without one: %s', async (_, facts, without) => {
    expect(await report(await catsWith(...facts), true)).toMatchObject({
      lines: 4,
      licensesFor: 4 - without.length,
      withoutLicenseCount: without.length,
      withoutLicense: without.map(imageId),
    })
  })

  it('counts only images that have a line', async () => {
    expect(await report(await catsWith(fact(1), fact(2)), true, [2, 3])).toMatchObject({
      lines: 2,
      omittedCount: 2,
      licensesFor: 1,
      withoutLicense: [imageId(4)],
    })
  })

  it('says nothing of licenses without provenance', async () => {
    const result = await report(await catsWith(fact(1)), false)
    expect(Object.keys(result).filter((name) => /licen[cs]e/i.test(name))).toEqual([])
  })

  it('is told in the run that wrote it, and in its event', async () => {
    const ports = await catsWith(fact(1), fact(2), fact(3))
    const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 4, run: 'manifest' }
    await createBatch('b', BatchRequest.parse({ ...request, manifest: { provenance: true } }), ports)
    await drain(ports)
    const { value } = await getBatch('b', ports)
    const { run } = await toBatchView('b', value, ports)
    expect(run.steps.find(({ step }) => step === 'manifest')).toMatchObject({ lines: 4, licensesFor: 3 })
    const events = ports.world.sent.events as { type: string; data: object }[]
    expect(events.find(({ type }) => type === 'manifest.written')?.data).toMatchObject({ lines: 4, licensesFor: 3 })
  })
})
