import { beforeEach, describe, expect, it } from '@jest/globals'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { ConsolidationRequest } from '../../../shared/contracts/consolidation.ts'
import { PageQuery } from '../../../shared/contracts/page.ts'
import { consolidate } from '../../../shared/labeling/jobs/consolidate.ts'
import { getConsolidation, listConsolidations } from '../../../shared/labeling/jobs/read-consolidations.ts'
import { drain } from '../../support/broker/drain.ts'
import { catBox, type GivenLine } from '../../support/fixtures/closed-work.ts'
import { annotationsOf, consolidateAgain, dogBox, drew, endedJob } from '../../support/fixtures/ended-job.ts'
import { keysUnder, textAt } from '../../support/world/bucket-contents.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const LINES: readonly GivenLine[] = Array.from({ length: 103 }, () => ({
  answers: [drew(1, catBox()), drew(2, dogBox()), drew(3, catBox(2))],
}))
const RECORD = 'system/labeling-work/cats-1/work000000000001/consolidations/again.json'
const FOLDER = 'system/labeling-work/cats-1/work000000000001/consolidations/again/'

const start = (ports: MemoryPorts, body: object = {}, job = 'cats-1') =>
  consolidate(job, ConsolidationRequest.parse({ name: 'again', ...body }), ports)
const list = (ports: MemoryPorts, query: object = {}) => listConsolidations('cats-1', PageQuery.parse(query), ports)

let ports: MemoryPorts
beforeEach(async () => {
  ports = await endedJob({ lines: LINES })
})

describe('GET /v1/labeling-jobs/{job}/consolidations', () => {
  it('lists all in pages by name, also those that cannot be read', async () => {
    for (const name of ['b', 'C', 'again-2', 'again']) await consolidateAgain(ports, { name, quorum: 0.9 })
    ports.world.stored.set(`s3://work/${RECORD}`, memoryObject('{'))
    const first = await list(ports, { limit: '3' })
    expect(first.items).toMatchObject([
      { name: 'again', state: 'unreadable', problem: { detail: expect.stringContaining(RECORD) } },
      { name: 'again-2', state: 'completed', changes: { changedLines: expect.any(Number) } },
      { name: 'b', state: 'completed' },
    ])
    const { items, ...last } = await list(ports, { limit: '3', cursor: first.nextCursor })
    expect([items, last]).toMatchObject([[{ name: 'C' }], {}])
    expect(last).not.toHaveProperty('nextCursor')
  })

  it('has an item for each name', async () => {
    expect(await list(ports)).toEqual({ items: [] })
    await expect(getConsolidation('cats-1', 'again', ports)).rejects.toMatchObject({ code: 'not-found' })
    await start(ports, { name: 'Again' })
    expect(await getConsolidation('cats-1', 'agaiN', ports)).toMatchObject({ name: 'Again', state: 'running' })
  })
})

describe('GET /v1/labeling-jobs/{job}/annotations?consolidation=', () => {
  it('is refused until the labels are there', async () => {
    await expect(annotationsOf(ports, 'again')).rejects.toMatchObject({ code: 'not-found' })
    await start(ports)
    await expect(annotationsOf(ports, 'again')).rejects.toMatchObject({ code: 'wrong-state' })
    await drain(ports)
    expect(await annotationsOf(ports, 'AGAIN')).toHaveLength(100)
  })

  it('says that the manifest is damaged when it is lost or has become shorter', async () => {
    await consolidateAgain(ports)
    const key = 's3://work/data/b/cats-1/consolidations/again/output.manifest'
    ports.world.stored.set(key, memoryObject('{}\n'))
    await expect(annotationsOf(ports, 'again')).rejects.toMatchObject({ code: 'corrupt-state' })
    ports.world.stored.delete(key)
    await expect(annotationsOf(ports, 'again')).rejects.toMatchObject({ code: 'corrupt-state' })
  })
})

describe('a consolidation', () => {
  it('is made again in parts that were lost before they are joined', async () => {
    const whole = await endedJob({ lines: LINES })
    await consolidateAgain(whole, { skills: 'equal' })
    const manifest = 'data/b/cats-1/consolidations/again/output.manifest'
    await start(ports, { skills: 'equal' })
    const lose = async () => {
      const part = keysUnder(ports.world, FOLDER).find((name) => name.endsWith('labels/0000.jsonl'))
      ports.world.stored.delete(`s3://work/${FOLDER}${part}`)
    }
    await drain(ports, { after: lose })
    expect(textAt(ports.world, manifest)).toBe(textAt(whole.world, manifest))
  })

  it('is removed with its batch, whatever it has written', async () => {
    await consolidateAgain(ports, { name: 'done' })
    await start(ports)
    await deleteBatch('b', ports)
    await drain(ports)
    expect(keysUnder(ports.world, 'data/b/')).toEqual([])
    expect(keysUnder(ports.world, 'system/labeling-work/')).toEqual([])
  })
})
