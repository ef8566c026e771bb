import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../../shared/contracts/errors.ts'
import { createJob } from '../../../shared/labeling/jobs/create.ts'
import { JobQuery, listJobs } from '../../../shared/labeling/jobs/list.ts'
import { mergeLists } from '../../../shared/labeling/jobs/merge-lists.ts'
import { stopJob } from '../../../shared/labeling/jobs/stop.ts'
import { copiedPorts, create, endOwn, ownJobFor } from '../../support/fixtures/labeling-jobs.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const list = (ports: MemoryPorts, query: Record<string, string> = {}) => listJobs(JobQuery.parse(query), ports)
const names = async (ports: MemoryPorts, query?: Record<string, string>): Promise<string[]> =>
  (await list(ports, query)).items.map(({ job }) => job)

/** Creates jobs a minute apart, in turn of the engine groundwork and at SageMaker. */
async function mixedPorts(count: number): Promise<MemoryPorts> {
  const ports = await copiedPorts()
  for (let number = 1; number <= count; number++) {
    ports.world.now = new Date(ports.world.now.getTime() + 60_000)
    if (number % 2 === 1) await createJob(`Own-${number}`, ownJobFor(), ports)
    else await create(ports, `theirs-${number}`)
  }
  ports.world.calls.splice(0)
  return ports
}

/** Reads all pages. */
async function allNames(ports: MemoryPorts, query: Record<string, string>): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  for (let page = 0; page < 50; page++) {
    const { items, nextCursor } = await list(ports, { ...query, ...(cursor !== undefined && { cursor }) })
    found.push(...items.map(({ job }) => job))
    if (nextCursor === undefined) return found
    cursor = nextCursor
  }
  throw new Error('the list does not end')
}

const EXPECTED = ['Own-1', 'theirs-2', 'Own-3', 'theirs-4', 'Own-5', 'theirs-6', 'Own-7']
const unavailable = () =>
  new AppError('upstream-failed', 'Listing the labeling jobs failed: AccessDeniedException (400).')

describe('GET /v1/labeling-jobs of both engines', () => {
  it.each(['1', '2', '3', '100'])('lists all jobs once in order of creation, %s a page', async (limit) => {
    const ports = await mixedPorts(7)
    expect(await allNames(ports, { limit, order: 'oldest-first' })).toEqual(EXPECTED)
    expect(await allNames(ports, { limit })).toEqual(EXPECTED.toReversed())
  })

  it('goes on after the last job that was shown, although newer ones were created meanwhile', async () => {
    const ports = await mixedPorts(7)
    const first = await list(ports, { limit: '3' })
    ports.world.now = new Date(ports.world.now.getTime() + 60_000)
    await createJob('Own-8', ownJobFor(), ports)
    await create(ports, 'theirs-9')
    const second = await list(ports, { limit: '3', cursor: first.nextCursor ?? '' })
    expect(second.items[0]?.job).toBe('theirs-4')
  })

  it('shows the engine of each job', async () => {
    const { items } = await list(await mixedPorts(2))
    expect(items).toMatchObject([
      { job: 'theirs-2', engine: 'sagemaker' },
      { job: 'Own-1', engine: 'groundwork', status: 'InProgress', batch: 'b' },
    ])
  })

  it('filters the jobs of both', async () => {
    const ports = await mixedPorts(4)
    await stopJob('Own-1', ports)
    expect(await names(ports, { status: 'Stopping' })).toEqual(['Own-1'])
    expect(await names(ports, { nameContains: 's-' })).toEqual(['theirs-4', 'theirs-2'])
    expect(await names(ports, { nameContains: 'wn-3' })).toEqual(['Own-3'])
    expect(await names(ports, { batch: 'other' })).toEqual([])
    expect(await names(ports, { batch: 'b' })).toHaveLength(4)
    const [from, to] = ['2026-01-02T03:05:05.000Z', '2026-01-02T03:08:05.000Z']
    expect(await names(ports, { createdAfter: from, createdBefore: to })).toEqual(['Own-3', 'theirs-2'])
  })

  it('reads one object for a job that has ended, whatever lies beside it', async () => {
    const ports = await mixedPorts(7)
    for (const job of ['Own-1', 'Own-3', 'Own-5', 'Own-7']) await endOwn(ports, job, 'Stopped', ['labeled'])
    ports.world.calls.splice(0)
    const { items } = await list(ports, { limit: '4' })
    expect(items).toHaveLength(4)
    const calls = ports.world.calls.filter(({ port }) => port === 'objects')
    expect(calls.map(({ method }) => method).toSorted()).toEqual(['get', 'get', 'get', 'get', 'list'])
  })

  it('lists the own jobs with a warning where SageMaker refuses', async () => {
    const ports = await mixedPorts(5)
    ports.world.fault = ({ port }) => (port === 'labeler' ? unavailable() : undefined)
    const first = await list(ports, { limit: '2' })
    expect(first).toMatchObject({
      items: [{ job: 'Own-5' }, { job: 'Own-3' }],
      warnings: [{ code: 'sagemaker-unavailable' }],
    })
    ports.world.calls.splice(0)
    const second = await list(ports, { limit: '2', cursor: first.nextCursor ?? '' })
    expect(second).toMatchObject({ items: [{ job: 'Own-1' }], warnings: [{ code: 'sagemaker-unavailable' }] })
    expect(second.nextCursor).toBeUndefined()
    expect(ports.world.calls.some(({ port }) => port === 'labeler')).toBe(false)
  })

  it('has no warning where both answer', async () =>
    expect(await list(await mixedPorts(1))).not.toHaveProperty('warnings'))

  it('shows a job whose state is damaged or lost as unreadable', async () => {
    const ports = await mixedPorts(3)
    ports.world.stored.set('s3://work/system/labeling-jobs/own-1.json', memoryObject('{'))
    ports.world.stored.delete('s3://work/system/labeling-jobs/own-3.json')
    const { items } = await list(ports)
    expect(items).toMatchObject([{ state: 'unreadable' }, { job: 'theirs-2' }, { state: 'unreadable' }])
  })

  it('skips what somebody else has put among the keys of the index', async () => {
    const ports = await mixedPorts(1)
    for (const key of ['readme.txt', '999999999999999.job.batch', '000000000000001.nobody.b'])
      ports.world.stored.set(`s3://work/system/labeling-index/newest-first/${key}`, memoryObject(''))
    expect(await names(ports)).toEqual(['Own-1'])
  })

  it('refuses a cursor that no page has returned', async () => {
    const ports = await mixedPorts(1)
    await expect(list(ports, { cursor: 'c29tZXRoaW5n' })).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

describe('mergeLists', () => {
  const isBefore = (one: number, other: number): boolean => one < other
  const part = (items: readonly number[], isMore = false) => ({ items, isMore })

  it('ends where an item that was not read yet may come first', () => {
    expect(mergeLists(part([1, 3], true), part([2, 4, 5]), 10, isBefore)).toEqual({
      items: [1, 2, 3],
      first: 2,
      second: 1,
    })
    expect(mergeLists(part([], true), part([2]), 10, isBefore).items).toEqual([])
  })

  it('takes the rest of one list when the other has ended', () =>
    expect(mergeLists(part([1]), part([2, 4]), 2, isBefore)).toEqual({ items: [1, 2], first: 1, second: 1 }))
})
