import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { decidePut } from '../../shared/batches/decide-put.ts'
import { previewBatch } from '../../shared/batches/preview.ts'
import { findBatch } from '../../shared/batches/record/store.ts'
import { cats, imageId, petsWorld } from '../support/fixtures/pets.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { catRequest } from './pets-batch.ts'

type Changes = Parameters<typeof catRequest>[0]

async function batchOf(request: Changes): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await petsWorld(cats(4)) })
  await createBatch('b', catRequest(request), ports)
  return ports
}

const SKIPPED = [imageId(3), imageId(4)]

describe('the request of a batch in other words', () => {
  it.each<[what: string, first: Changes, again: Changes]>([
    ['another case', { classNames: ['Cat'] }, { classNames: ['cAT'] }],
    ['spaces around it', { classNames: ['Cat'] }, { classNames: [' Cat '] }],
    ['an id instead of a name', { classNames: ['Cat'] }, { classNames: ['/m/01yrx'] }],
    ['a name instead of an id', { classNames: ['/m/01yrx'] }, { classNames: ['cat'] }],
    ['an id in another case', { classNames: ['/m/01yrx'] }, { classNames: ['/M/01YRX'] }],
    ['several classes', { classNames: ['Cat', '/m/0bt9lr'] }, { classNames: ['/m/01yrx', 'DOG'] }],
    ['a class that has subclasses', { classNames: ['Animal'] }, { classNames: ['/m/0jbk'] }],
    ['repeated images to skip', { skipImages: SKIPPED }, { skipImages: [...SKIPPED, ...SKIPPED] }],
    ['images to skip in another order', { skipImages: SKIPPED }, { skipImages: SKIPPED.toReversed() }],
    ['repeated flags', { excludeFlags: ['isGroupOf'] }, { excludeFlags: ['isGroupOf', 'isGroupOf'] }],
    [
      'flags in another order',
      { excludeFlags: ['isGroupOf', 'isInside'] },
      { excludeFlags: ['isInside', 'isGroupOf'] },
    ],
  ])('is the same request: %s', async (_, first, again) => {
    const ports = await batchOf(first)
    const stored = new Map(ports.world.stored)
    const { recipe } = await previewBatch('b', catRequest(again), ports)
    const { outcome, state } = await createBatch('b', catRequest(again), ports)
    expect([outcome, state.recipe, state.request]).toEqual(['existing', recipe, catRequest(first)])
    expect(ports.world.stored).toEqual(stored)
  })

  it.each<[what: string, first: Changes, again: Changes, field: string]>([
    ['another class', { classNames: ['Cat'] }, { classNames: ['Dog'] }, 'classNames'],
    ['the id of another class', { classNames: ['Cat'] }, { classNames: ['/m/0bt9lr'] }, 'classNames'],
    ['the id of a subclass', { classNames: ['Animal'] }, { classNames: ['/m/01yrx'] }, 'classNames'],
    ['another order', { classNames: ['Cat', 'Dog'] }, { classNames: ['Dog', 'Cat'] }, 'classNames'],
    ['a repeated class', { classNames: ['Cat'] }, { classNames: ['Cat', 'cat'] }, 'classNames'],
    ['fewer classes', { classNames: ['Cat', 'Dog'] }, { classNames: ['Cat'] }, 'classNames'],
    ['another image to skip', { skipImages: SKIPPED }, { skipImages: [imageId(1), imageId(3)] }, 'skipImages'],
    ['another flag', { excludeFlags: ['isGroupOf'] }, { excludeFlags: ['isInside'] }, 'excludeFlags'],
  ])('is another request: %s', async (_, first, again, field) => {
    const ports = await batchOf(first)
    const conflict = { code: 'conflict', issues: [{ at: `body.${field}` }] }
    await expect(createBatch('b', catRequest(again), ports)).rejects.toMatchObject(conflict)
    await expect(previewBatch('b', catRequest(again), ports)).rejects.toMatchObject(conflict)
  })

  it('is the same in any Unicode form', async () => {
    const ports = await batchOf({})
    const found = await findBatch('b', ports)
    if (!found) throw new Error('the batch exists')
    const cafe = { className: 'Caf\u00E9', classIds: ['/m/0cafe'], available: 1 }
    const request = catRequest({ classNames: ['Caf\u00E9'] })
    const value = { ...found.value, request, criteria: { ...found.value.criteria, classes: [cafe] } }
    const again = catRequest({ classNames: ['CAFE\u0301'] })
    expect(decidePut('b', again, { ...found, value })).toMatchObject({ action: 'resume', request })
  })

  it('is another request when it names one of two classes by the name that both have', async () => {
    const ports = await batchOf({})
    const found = await findBatch('b', ports)
    if (!found) throw new Error('the batch exists')
    const cranes = ['/m/05', '/m/06'].map((classId) => ({ className: 'Crane', classIds: [classId], available: 1 }))
    const request = catRequest({ classNames: ['/m/05', '/m/06'] })
    const value = { ...found.value, request, criteria: { ...found.value.criteria, classes: cranes } }
    const decide = () => decidePut('b', catRequest({ classNames: ['Crane', '/m/06'] }), { ...found, value })
    expect(decide).toThrow(expect.objectContaining({ code: 'conflict' }))
  })
})
