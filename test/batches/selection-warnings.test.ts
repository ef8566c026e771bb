import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { previewBatch } from '../../shared/batches/preview.ts'
import { CAT, cats, DOG, importPets, petsPorts, row } from '../support/fixtures/pets.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { catRequest, listImageIds, readBatch } from './pets-batch.ts'

describe('selection warnings', () => {
  it('names a class that has too few images', async () => {
    const ports = await petsPorts([...cats(1), row(9, DOG), row(10, DOG)])
    await createBatch('b', catRequest({ classNames: ['Cat', 'Dog'] }), ports)
    const { classes, warnings } = await readBatch('b', ports)
    expect(classes?.map(({ shortBy }) => shortBy)).toEqual([1, 0])
    expect(warnings).toEqual([{ code: 'short-class', message: expect.stringContaining('"Cat"') }])
  })

  it('reports a batch that is empty because earlier batches hold all images, and the batch is still created', async () => {
    const ports = await petsPorts(cats(3))
    await createBatch('b', catRequest({ batchOffset: 7 }), ports)
    const { state, imageCount, warnings } = await readBatch('b', ports)
    expect([state, imageCount]).toEqual(['selected', 0])
    expect(warnings.map(({ code }) => code)).toEqual(['empty-batch', 'short-class'])
    expect(await listImageIds('b', ports)).toEqual([])
  })

  it('does not blame batchOffset for an empty batch when the dataset has no image of the class', async () => {
    const ports = await petsPorts([row(9, DOG)])
    await createBatch('b', catRequest(), ports)
    const [empty] = (await readBatch('b', ports)).warnings
    expect(empty).toEqual({ code: 'empty-batch', message: expect.not.stringContaining('batchOffset') })
  })

  it('names an excluded flag for which the box file has no column', async () => {
    const ports = await petsPorts(cats(2))
    const { bytes } = ports.world.stored.get('s3://other/pets.csv')!
    const text = Buffer.from(bytes).toString().replace('IsGroupOf', 'IsSomething')
    ports.world.stored.set('s3://other/pets.csv', memoryObject(text))
    await importPets(ports.world)
    await createBatch('b', catRequest({ excludeFlags: ['isGroupOf', 'isInside'] }), ports)
    expect((await readBatch('b', ports)).warnings).toEqual([
      { code: 'unknown-flag', message: expect.stringContaining('isGroupOf') },
    ])
  })

  it('predicts from the class counts which class is short in a dry run that would scan the box file', async () => {
    const ports = await petsPorts(cats(3))
    const { warnings } = await previewBatch('b', catRequest({ batchOffset: 7, strategy: 'scan' }), ports)
    expect(warnings).toEqual([{ code: 'short-class', message: expect.stringMatching(/"Cat".* 3 .* 16/) }])
  })

  it('names the ids that requested classes share, in a dry run too', async () => {
    const ports = await petsPorts([...cats(2), row(9, DOG)])
    const shared = catRequest({ classNames: ['Cat', 'Animal'] })
    const { warnings } = await previewBatch('b', shared, ports)
    expect(warnings).toEqual([{ code: 'shared-classes', message: expect.stringContaining(CAT) }])
    await createBatch('b', shared, ports)
    expect((await readBatch('b', ports)).warnings).toContainEqual(warnings[0])
  })
})
