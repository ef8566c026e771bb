import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { decodeRecord } from '../../shared/platform/state/record-type.ts'
import { findRecordType, RECORD_TYPES } from '../support/fixtures/record-types.ts'

const FOLDER = new URL('../fixtures/state/', import.meta.url)

/** The state objects that a version of Groundwork has written, by key. */
type Fixture = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const fixtures: readonly (readonly [name: string, fixture: Fixture])[] = await Promise.all(
  (await readdir(FOLDER)).map(
    async (name) => [name, JSON.parse(await readFile(new URL(name, FOLDER), 'utf8'))] as const,
  ),
)
const readFixture = (name: string): Fixture => fixtures.find(([file]) => file === name)?.[1] ?? {}

/** Reads a record of a fixture as today's code does. */
function decode(key: string, record: unknown): Record<string, unknown> | undefined {
  const [, , type] = findRecordType(key) ?? []
  return (
    type &&
    decodeRecord<Record<string, unknown>>({ key, type }, { bytes: Buffer.from(JSON.stringify(record)), etag: '"any"' })
  )
}

/** Kinds that came after the fixtures of the whole state; they have fixtures of their own. */
const LATER_KINDS = [
  'worker',
  'link of a worker',
  'receipt of a result',
  'consolidation',
  'receipt of a consolidation',
  'work of a labeling job',
  'shard',
  'answer',
  'list of practice images',
  'practice answer',
  'end of a shard',
  'skills of workers',
  'progress of a labeling job',
  'hint of full shards',
  'place of a worker',
]

describe.each(fixtures)('the state of %s', (name, fixture) => {
  it('is read, every object of it', () => {
    for (const [key, record] of Object.entries(fixture)) expect(() => decode(key, record)).not.toThrow()
  })

  it('has an object of every kind that there was', () => {
    const kinds = Object.keys(fixture).map((key) => findRecordType(key)?.[0])
    const isWhole = name.startsWith('version-')
    const expected = RECORD_TYPES.map(([kind]) => kind).filter((kind) => isWhole && !LATER_KINDS.includes(kind))
    expect(kinds).toEqual(expect.arrayContaining(expected))
  })
})

it.each(RECORD_TYPES)('a %s has a fixture of the version that is written', (_, key, { migrations }) => {
  const versions = fixtures.flatMap(([, fixture]) =>
    Object.entries(fixture).flatMap(([name, { schemaVersion }]) => (key.test(name) ? [schemaVersion ?? 1] : [])),
  )
  expect(versions).toContain(migrations.length + 1)
})

/** Made anew from files at any time, so that no version of them need be read. */
const DERIVED = ['the class counts of an import', 'the record of the source files']

it('has every kind of record that the code declares', async () => {
  const folder = new URL('../../shared/', import.meta.url)
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')))
  const declared = texts.flatMap((text) => [...text.matchAll(/\brecordType\(\s*'([^']+)'/g)].map(([, name]) => name))
  const known = RECORD_TYPES.map(([, , { name }]) => name)
  expect(new Set(declared.filter((name) => !DERIVED.includes(String(name))))).toEqual(new Set(known))
})

describe('state with the names of the first builds', () => {
  const old = readFixture('version-1-with-old-names.json')
  const keysWith = (field: string): string[] => Object.keys(old).filter((key) => field in (old[key] ?? {}))

  it.each([
    ['untold', 'pendingEvents'],
    ['followedAt', 'completedAt'],
    ['announcedAt', 'dispatchedAt'],
  ])('has %s, which is read as %s', (before, after) => {
    expect(keysWith(before)).not.toEqual([])
    for (const key of keysWith(before)) expect(decode(key, old[key])).toHaveProperty(after)
  })

  it('keeps the key of each pending event, which its id is made of', () => {
    const [key = ''] = keysWith('untold')
    const [{ time, ...event }] = (old[key] as { untold: [{ time: string }] }).untold
    expect(decode(key, old[key])?.pendingEvents).toEqual([{ ...event, dedupKey: time }])
  })
})
