import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { randomFrom } from '../../local/seeded-random.ts'
import { audit } from '../../tools/soak/audit.ts'
import { DAMAGE_KINDS, type Damage, damageBytes } from '../../tools/soak/damage.ts'
import { createDamageLog } from '../../tools/soak/damage-log.ts'
import type { Evidence } from '../../tools/soak/evidence.ts'
import { createLedger } from '../../tools/soak/ledger.ts'
import { readOptions } from '../../tools/soak/options.ts'
import { listFindings, renderTable, toSummary } from '../../tools/soak/report.ts'
import { skewClock } from '../../tools/soak/skewed-clock.ts'
import { soak } from '../../tools/soak/soak.ts'
import { copyUntilDone, portsOnCopy, selectedWorld } from '../faults/copying.ts'
import { imageId, toSourceUri } from '../support/fixtures/pets.ts'
import { eventsIn } from '../support/world/events.ts'

/** Returns the evidence of a batch `b` with four images, all copied. */
async function evidence(): Promise<Evidence & { objects: Map<string, Buffer>; events: Evidence['events'][number][] }> {
  const ports = portsOnCopy(await selectedWorld(4))
  await copyUntilDone(ports)
  const { stored } = ports.world
  const work = [...stored].filter(([uri]) => uri.startsWith('s3://work/data/b/'))
  const numbers = [1, 2, 3, 4]
  return {
    objects: new Map([
      ...work.map(([uri, { bytes }]): [string, Buffer] => [uri.slice('s3://work/'.length), Buffer.from(bytes)]),
      ...eventsIn(ports.world).map((event): [string, Buffer] => [eventKey(event), dispatchedEvent(event)]),
    ]),
    images: new Map(numbers.map((each) => [imageId(each), Buffer.from(stored.get(toSourceUri(each))?.bytes ?? '')])),
    batches: ['b'],
    datasets: [],
    events: eventsIn(ports.world).map((event) => structuredClone(event)),
    writtenTwice: [],
    openUploads: [],
  }
}
const eventKey = ({ id }: { readonly id: string }): string => `system/events/${id}.json`
const dispatchedEvent = (event: object): Buffer =>
  Buffer.from(JSON.stringify({ ...event, dispatchedAt: '2026-01-02T03:04:05.000Z' }))
type Collected = Awaited<ReturnType<typeof evidence>>

const copy = (number: number) => `data/b/images/${imageId(number)}.jpg`
const findReceipt = ({ objects }: Collected) => [...objects.keys()].find((key) => key.endsWith('/1/0000.json')) ?? ''
const change = ({ objects }: Collected, key: string, from: string | RegExp, to: string): void =>
  void objects.set(key, Buffer.from(`${objects.get(key)}`.replace(from, to)))

describe('the audit', () => {
  it('finds nothing in a correct bucket', async () => {
    const { lost, doubled, left, ...counts } = audit(await evidence())
    expect({ lost, doubled, left }).toEqual({ lost: [], doubled: [], left: [] })
    expect(counts).toEqual({ images: 4, receipts: 2, events: 1, eventIds: 1 })
  })

  it.each<[string, (found: Collected) => void]>([
    ['a copy is gone', ({ objects }) => objects.delete(copy(2))],
    ['a copy differs from its source', ({ objects }) => objects.set(copy(2), Buffer.from('else'))],
    ['an image has no outcome', (found) => found.objects.delete(findReceipt(found))],
    ['an image failed', (found) => change(found, findReceipt(found), '"copied"', '"failed"')],
    ['the totals count too few', (found) => change(found, findTotals(found), '"copied": 4', '"copied": 3')],
    ['an event was not sent', ({ events }) => events.splice(0)],
    ['an event is not stored', ({ objects, events }) => objects.delete(eventKey(events[0]!))],
    ['an event is not dispatched', (found) => change(found, eventKey(found.events[0]!), 'dispatchedAt', 'other')],
    ['a batch is gone', ({ objects }) => objects.delete('data/b/batch.json')],
  ])('reports a loss when %s', async (_, tamper) => {
    const found = await evidence()
    tamper(found)
    expect(audit(found).lost).not.toEqual([])
  })

  it.each<[string, (found: Collected) => void]>([
    ['an image has two outcomes', (found) => change(found, findReceipt(found), imageId(1), imageId(3))],
    ['the totals count too many', (found) => change(found, findTotals(found), '"copied": 4', '"copied": 5')],
    ['a round has two event ids', ({ events }) => events.push({ ...events[0]!, id: 'evt_2' })],
    ['the batch has an extra copy', ({ objects }) => objects.set(copy(9), Buffer.from('x'))],
    ['a copy is outside the batch', ({ objects }) => objects.set('data/c/images/a.jpg', Buffer.from('x'))],
  ])('reports a duplicate when %s', async (_, tamper) => {
    const found = await evidence()
    tamper(found)
    expect(audit(found).doubled).not.toEqual([])
  })

  it('reports a duplicate when the totals were written twice', async () => {
    const found = await evidence()
    expect(audit({ ...found, writtenTwice: [`${findTotals(found)} was written 2 times`] }).doubled).toHaveLength(1)
  })

  it('reports leftovers of an earlier batch and open uploads', async () => {
    const found = await evidence()
    found.objects.set('data/b/copies/another/1.json', Buffer.from('{}'))
    expect(audit({ ...found, openUploads: ['one'] }).left).toHaveLength(2)
  })
})

const findTotals = ({ objects }: Collected) =>
  [...objects.keys()].find((key) => /copies\/[^/]+\/1\.json$/.test(key)) ?? ''

describe('damage', () => {
  const damage: Damage = { key: 'data/b/batch.json', kind: 'emptied', copy: Buffer.from('{}'), etag: '"1"' }
  const logOf = () => {
    const log = createDamageLog(createLedger('work'), () => undefined)
    log.addDamage(damage)
    return log
  }
  const corrupt = (key: string) => ({
    status: 500,
    json: { code: 'corrupt-state', detail: `The object ${key} is empty.` },
  })

  it('changes the content of an object, whatever its kind', () => {
    const text = Buffer.from('{"a":1}\n{"b":2}\n{"c":3}\n')
    for (const kind of DAMAGE_KINDS)
      if (kind !== 'deleted') expect(damageBytes(text, kind, randomFrom(1)).equals(text)).toBe(false)
    expect(damageBytes(text, 'cut', randomFrom(1)).toString()).toMatch(/^(\{.*\}\n)*$/)
  })

  it('may be answered with the key of the object, for its own subject', () => {
    const log = logOf()
    log.addCorruptAnswer('GET /v1/batches/b/copy', corrupt(damage.key))
    expect(log.findings()).toEqual({ lost: [], doubled: [], left: [] })
  })

  it.each([
    ['another subject', 'GET /v1/batches/c', damage.key],
    ['a list', 'GET /v1/batches?limit=1000', damage.key],
    ['its subject, with the key of an object that was not damaged', 'GET /v1/batches/b', 'data/b/images.jsonl'],
  ])('must not be answered for %s', (_, request, key) => {
    const log = logOf()
    log.addCorruptAnswer(request, corrupt(key))
    expect(log.findings().lost).toHaveLength(1)
  })
})

describe('a skewed clock', () => {
  it('is off by so much, and only for the current time', () => {
    const original = globalThis.Date
    try {
      const before = Date.now()
      skewClock(60_000)
      expect(Math.round((Date.now() - before) / 1000)).toBe(60)
      expect(Math.round((Date.parse(new Date().toISOString()) - before) / 1000)).toBe(60)
      expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z')
      expect(Date.parse('1970-01-01T00:00:01.000Z')).toBe(1000)
    } finally {
      globalThis.Date = original
    }
  })
})

describe('the soak', () => {
  it('ends with nothing lost and nothing done twice', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'soak-'))
    // Three batches share them evenly.
    const options = { seed: 4, seconds: 2, images: 99, people: 3, help: false }
    const outcome = await soak(options, directory, () => undefined)
    await rm(directory, { recursive: true })
    expect(listFindings(outcome)).toEqual([])
    expect(toSummary(outcome)).toMatchObject({ seed: 4, images: 99, lost: 0, doubled: 0, left: 0 })
    expect(renderTable(outcome)).toContain('fault: slow down')
    expect(toSummary(outcome).damaged).toBeGreaterThan(0)
    // Two seconds of load leave work that takes minutes on a loaded machine.
  }, 600_000)

  it('draws the same numbers from the same seed, and different ones for each name', () => {
    const some = (seed: number, name: string) => Array.from({ length: 5 }, randomFrom(seed, name).next)
    expect(some(1, 'a')).toEqual(some(1, 'a'))
    expect(some(1, 'a')).not.toEqual(some(1, 'b'))
    expect(some(1, 'a')).not.toEqual(some(2, 'a'))
  })

  it('refuses invalid options', () => {
    expect(readOptions(['--seed', '7'], () => 0)).toEqual({
      seed: 7,
      seconds: 75,
      images: 4000,
      people: 5,
      help: false,
    })
    expect(() => readOptions(['--seconds', 'long'], () => 0)).toThrow(/--seconds .*"long"/)
  })
})
