import { beforeAll, describe, expect, it } from '@jest/globals'
import { auditLabeling, type Labor } from '../../../tools/soak/audit-labeling.ts'
import type { Evidence } from '../../../tools/soak/evidence.ts'
import { openProject } from '../../support/people/labeling-project.ts'
import { keysUnder, textAt } from '../../support/world/bucket-contents.ts'

interface Found {
  readonly labor: Labor
  readonly objects: Map<string, Buffer>
  readonly events: Evidence['events'][number][]
}

let found: Found
beforeAll(async () => {
  const { ports, label } = await openProject(12, ['good', 'good'])
  const { ledger, names } = await label('cats', { workersPerObject: 2 })
  const keys = keysUnder(ports.world, '')
  found = {
    labor: { jobs: [{ job: 'cats', batch: 'b' }], ledger, names },
    objects: new Map(keys.map((key) => [key, Buffer.from(textAt(ports.world, key) ?? '')])),
    events: ports.world.received.map(({ headers, body }) => ({ id: headers['webhook-id'] ?? '', ...JSON.parse(body) })),
  }
})

const copy = ({ labor, objects, events }: Found): Found => ({
  labor: structuredClone(labor),
  objects: new Map(objects),
  events: structuredClone(events),
})

const findKey = ({ objects }: Found, pattern: RegExp): string =>
  [...objects.keys()].find((key) => pattern.test(key)) ?? ''
const change = (one: Found, pattern: RegExp, from: string | RegExp, to: string): void => {
  const key = findKey(one, pattern)
  one.objects.set(key, Buffer.from(`${one.objects.get(key)}`.replace(from, to)))
}
const RESPONSES = /worker-response\/iteration-1\/3\//
const MANIFEST = /cats\/manifests\/output\/output\.manifest$/
const SHARD = /labeling-work\/cats\/[^/]+\/shards\/0000\.json$/

describe('the audit of labeling jobs', () => {
  it('finds nothing in a job that has ended as it should', () => {
    expect(auditLabeling(found.labor, found)).toEqual({ lost: [], doubled: [], left: [] })
  })

  it.each<[string, (one: Found) => unknown]>([
    ['an answer is not in the result', (one) => one.objects.delete(findKey(one, RESPONSES))],
    ['a line of the manifest is gone', (one) => change(one, MANIFEST, /^.*\n/, '')],
    ['a line has neither label nor reason', (one) => change(one, MANIFEST, /"labels(-metadata)?"/g, '"other$1"')],
    ['a shard is not closed', (one) => change(one, SHARD, '"closed"', '"open"')],
    ['a line has too few opinions', (one) => change(one, SHARD, /("1": \[\s*"[^"]*"),\s*"[^"]*"/, '$1')],
    ['the work has not ended', (one) => change(one, /cats\/work\.json$/, '"end"', '"other"')],
    ['the record of the job has no end', (one) => change(one, /labeling-jobs\/cats\.json$/, '"end"', '"other"')],
    ['no event was sent', ({ events }) => events.splice(0)],
  ])('reports a loss when %s', (_, tamper) => {
    const one = copy(found)
    tamper(one)
    expect(auditLabeling(one.labor, one).lost).not.toEqual([])
  })

  it.each<[string, (one: Found) => unknown]>([
    ['somebody has two answers', (one) => one.objects.set(`${findKey(one, RESPONSES)}.2`, responses(one))],
    ['the event has two ids', ({ events }) => events.push({ ...events[0]!, id: 'evt_2' })],
    ['a line has one opinion too many', (one) => change(one, RESPONSES, '"answers":[', `"answers":[${OTHER},`)],
  ])('reports a duplicate when %s', (_, tamper) => {
    const one = copy(found)
    tamper(one)
    expect(auditLabeling(one.labor, one).doubled).not.toEqual([])
  })

  it('reports what is left of a job that is gone', () => {
    expect(auditLabeling({ ...found.labor, jobs: [] }, found).left).not.toEqual([])
  })
})

const responses = (one: Found): Buffer => one.objects.get(findKey(one, RESPONSES)) ?? Buffer.alloc(0)
const OTHER = '{"workerId":"0123456789abcdef","answerContent":{"boundingBox":{"boundingBoxes":[]}}}'
