import { describe, expect, it } from '@jest/globals'
import { nextTasks } from '../../shared/labeling/engine/serving/next-tasks.ts'
import { readState, replaceState } from '../../shared/platform/state/record.ts'
import { drain, drainEvents } from '../support/broker/drain.ts'
import { busyWorld, copyBusyWorld, keysIn } from '../support/fixtures/every-record.ts'
import { mutateRecord, NEWER_NAME } from '../support/fixtures/mutate-record.ts'
import { workerNumber } from '../support/fixtures/open-work.ts'
import { findRecordType, RECORD_TYPES } from '../support/fixtures/record-types.ts'
import { callApi } from '../support/http/call-api.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

const before = await busyWorld()

/** Without it, a batch has the list of version 1, under another name: no other version can leave it out. */
const NEEDED = 'one optional field less at selection.list'

/** Every state object, with the records that another version could have written in its place. */
const CASES = keysIn(before).flatMap((key) => {
  const [name, , type] = findRecordType(key) ?? []
  if (!name || !type) return []
  const mutations = mutateRecord(jsonAt(before, key), type.schema).filter((one) => one.name !== NEEDED)
  return [{ key, name, type, mutations }]
})

const withRecord = (key: string, record: unknown): { world: World; ports: MemoryPorts } => {
  const world = copyBusyWorld(before)
  world.stored.set(`s3://work/${key}`, memoryObject(JSON.stringify(record)))
  return { world, ports: memoryPorts({ world }) }
}

/** Without it, nobody knows in which of the full shards a worker has images: the worker waits until they come free. */
const UNKNOWN_PLACE = 'one optional field less at shard'

/** What a record says, without what each write changes. */
const toContent = ({ nonce: _, schemaVersion: __, ...content }: Record<string, unknown>) => content

const READS: readonly (readonly [operationId: string, params?: Readonly<Record<string, string>>])[] = [
  ...['listDatasets', 'listBatches', 'listWebhooks', 'listTestImages', 'listLabelingJobs'].map((id) => [id] as const),
  ['getDataset', { dataset: 'pets' }],
  ...['b', 'run', 'copying', 'running', 'selecting', 'drawn'].map((batch) => ['getBatch', { batch }] as const),
  ...['b', 'run', 'copying'].flatMap((batch) => [
    ['getCopy', { batch }] as const,
    ['listBatchImages', { batch }] as const,
  ]),
  ...['cats-1', 'run', 'drawn-1', 'drawn-2', 'drawn-3'].map((job) => ['getLabelingJob', { job }] as const),
  ...['drawn-1', 'drawn-3'].map((job) => ['listLabelingJobWorkers', { job }] as const),
  ['listAnnotations', { job: 'drawn-1' }],
  ['listConsolidations', { job: 'drawn-4' }],
  ['getConsolidation', { job: 'drawn-4', consolidation: 'again' }],
  ['getWebhook', { webhook: 'mine' }],
  ['listWorkers'],
  ['getWorker', { worker: 'ann' }],
  ['listDeliveries', { webhook: 'mine' }],
]

/** Makes every call that only reads. @returns those that failed */
async function readAll(ports: MemoryPorts): Promise<string[]> {
  const failed: string[] = []
  for (const [operationId, params = {}] of READS) {
    const { status, body } = await callApi(operationId, ports, { params, isNewer: true })
    // 409: the state is one in which this version cannot do what was asked.
    if (status !== 200 && status !== 409) failed.push(`${operationId} ${JSON.stringify(params)}: ${status} ${body}`)
  }
  return failed
}

/** Errors of programs, as opposed to those that say what is wrong. */
const isBug = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError || (error instanceof Error && error.name === 'ZodError')

it('covers every kind of state object', () => {
  const covered = CASES.filter(({ mutations }) => mutations.length > 0)
  expect(new Set(covered.map(({ name }) => name))).toEqual(new Set(RECORD_TYPES.map(([name]) => name)))
})

describe.each(RECORD_TYPES.map(([name]) => name))('a %s that another version has written', (kind) => {
  const cases = CASES.filter(({ name }) => name === kind)

  it('is read, and written again with all that this version does not know', async () => {
    for (const { key, type, mutations } of cases) {
      for (const { name, record } of mutations) {
        const { world, ports } = withRecord(key, record)
        const ref = { key, type }
        const found = await readState(ref, ports)
        expect([name, found && (await replaceState(ref, found, found.value, ports)) !== undefined]).toEqual([
          name,
          true,
        ])
        const kept = toContent(jsonAt(world, key))
        expect([name, kept]).toEqual([name, expect.objectContaining(toContent(record as Record<string, unknown>))])
      }
    }
  })

  it('keeps no call from being answered', async () => {
    const [{ key, mutations }] = cases as [(typeof cases)[number]]
    for (const { name, record } of mutations) {
      const { ports } = withRecord(key, record)
      expect([name, await readAll(ports)]).toEqual([name, []])
    }
  })

  it('leads to no error of the program in any worker, and no name that it does not know is lost', async () => {
    for (const { key, mutations } of cases) {
      for (const { name, record, kind: difference } of mutations.filter((one) => one.kind === 'name more')) {
        const { world, ports } = withRecord(key, record)
        const errors = [...(await drain(ports, { deadLetterReceives: 3 })), ...(await drainEvents(ports))]
        expect([name, errors.filter(isBug).map(String)]).toEqual([name, []])
        const after = world.stored.has(`s3://work/${key}`) && JSON.stringify(jsonAt(world, key))
        const isRetried = errors.length > 0
        expect([name, difference, isRetried || after === false || String(after).includes(NEWER_NAME)]).toEqual([
          name,
          difference,
          true,
        ])
      }
    }
  })
})

describe('people who label', () => {
  const cases = CASES.filter(({ key }) => key.startsWith('system/labeling-work/drawn-3/'))

  it.each(cases)('get their images, whatever another version has written as $key', async ({ key, mutations }) => {
    expect(mutations.length).toBeGreaterThan(0)
    for (const { name, record } of mutations.filter((one) => one.name !== UNKNOWN_PLACE)) {
      const { ports } = withRecord(key, record)
      const replies = []
      for (const number of [1, 2, 3]) replies.push(await nextTasks('drawn-3', workerNumber(number), {}, ports))
      expect([name, replies.map(({ state }) => state)]).toEqual([name, ['work', 'work', 'wait']])
    }
  })
})
