import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { getCopy } from '../../shared/copying/start-copy.ts'
import { imageId, jpeg, toCopyUri, toSourceUri } from '../support/fixtures/pets.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { World } from '../support/world/world.ts'
import { catRequest, completeCopy, copyEvents, readImages, readStatus, selectedBatch } from './pets-copy.ts'

describe('copying an image', () => {
  /** Copies five images, and returns the outcome of the third, which was prepared. The others must be copied. */
  async function copyThird(prepare: (world: World) => void): Promise<(string | undefined)[]> {
    const ports = await selectedBatch(5)
    prepare(ports.world)
    await completeCopy(ports)
    expect((await readImages(ports)).map(({ copy }) => copy).filter((_, at) => at !== 2)).toEqual(
      Array(4).fill('copied'),
    )
    const { copy, reason } = (await readImages(ports))[2] ?? {}
    return [copy, reason]
  }

  it('reports an image that does not exist as missing, and copies the others', async () => {
    const [copy, reason] = await copyThird(({ stored }) => stored.delete(toSourceUri(3)))
    expect([copy, reason]).toEqual(['missing', expect.stringContaining(toSourceUri(3))])
  })

  it('reports an image that may not be read as denied, and copies the others', async () => {
    const [copy, reason] = await copyThird(({ denied }) => denied.add(toSourceUri(3)))
    expect([copy, reason]).toEqual(['denied', expect.stringContaining(toSourceUri(3))])
  })

  it.each(['archived', 'denied', 'missing', 'failed'] as const)(
    'reports an image as %s when S3 answers so to the copy, and copies the others',
    async (refused) => {
      const [copy, reason] = await copyThird((world) => {
        world.fault = ({ method, key }) =>
          method === 'copy' && key.includes(imageId(3)) ? { answer: { refused, reason: 'S3 says so' } } : undefined
      })
      expect([copy, reason]).toEqual([refused, expect.stringContaining('S3 says so')])
    },
  )

  it('counts an archived image, names it, and copies it once it is restored', async () => {
    const ports = await selectedBatch(2)
    ports.world.fault = ({ method, key }) =>
      method === 'readRange' && key === toSourceUri(2)
        ? { answer: { refused: 'archived', reason: 'it is archived' } }
        : undefined
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({
      ...{ state: 'incomplete', copied: 1, archived: 1, pending: 0 },
      failures: [{ imageId: imageId(2), outcome: 'archived', reason: expect.stringContaining('it is archived') }],
    })
    expect(copyEvents(ports.world)).toMatchObject([{ type: 'batch.incomplete', data: { archived: 1 } }])
    ports.world.fault = () => undefined
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'copied', copied: 2, archived: 0 })
  })

  it('reports a conflict when the destination holds another object, and does not overwrite it', async () => {
    const other = memoryObject('other')
    const ports = await selectedBatch(1)
    ports.world.stored.set(toCopyUri('b', 1), other)
    await completeCopy(ports)
    expect((await getCopy('b', ports)).failures).toEqual([
      { imageId: imageId(1), outcome: 'conflict', reason: expect.stringContaining(toCopyUri('b', 1)) },
    ])
    expect(ports.world.stored.get(toCopyUri('b', 1))).toEqual(other)
  })

  it('reports an image as present when an earlier batch of that name copied it', async () => {
    const ports = await selectedBatch(3)
    await completeCopy(ports)
    const copy = ports.world.stored.get(toCopyUri('b', 1))
    await deleteBatch('b', ports)
    if (copy) ports.world.stored.set(toCopyUri('b', 1), copy)
    await createBatch('b', catRequest(3), ports)
    await completeCopy(ports)
    expect((await readImages(ports)).map(({ copy, width }) => [copy, width])).toEqual([
      ['present', 400],
      ['copied', 400],
      ['copied', 400],
    ])
    expect(await readStatus(ports)).toBe('copied')
  })

  it.each([
    ['another size', jpeg(9, 9)],
    ['the same size', Buffer.concat([jpeg(400, 200), Buffer.from('2')])],
  ])('reports a conflict when the source was replaced by one of %s since an earlier copy', async (_, content) => {
    const ports = await selectedBatch(1)
    await completeCopy(ports)
    const copy = ports.world.stored.get(toCopyUri('b', 1))
    await deleteBatch('b', ports)
    if (copy) ports.world.stored.set(toCopyUri('b', 1), copy)
    ports.world.stored.set(toSourceUri(1), memoryObject(content))
    await createBatch('b', catRequest(1), ports)
    await completeCopy(ports)
    expect(await getCopy('b', ports)).toMatchObject({ state: 'incomplete', conflict: 1 })
  })

  it('reports an image on which S3 keeps failing as failed with the reason, and copies the others', async () => {
    const slowDown = new AppError('upstream-failed', 'Copying failed: SlowDown (503).')
    const [copy, reason] = await copyThird((world) => {
      world.fault = ({ method, key }) => (method === 'copy' && key.includes(imageId(3)) ? slowDown : undefined)
    })
    expect([copy, reason]).toEqual(['failed', slowDown.message])
  })

  it('copies the new version of an image that is replaced between its description and its copy', async () => {
    const ports = await selectedBatch(1)
    let isReplaced = false
    ports.world.fault = ({ method }) => {
      if (method === 'copy' && !isReplaced)
        ports.world.stored.set(toSourceUri(1), memoryObject(jpeg(77, 55), 'image/jpeg'))
      isReplaced ||= method === 'copy'
      return undefined
    }
    await completeCopy(ports)
    expect((await readImages(ports))[0]).toMatchObject({ copy: 'copied', width: 77, height: 55 })
  })
})
