import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../../shared/batches/create.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import { drain } from '../../support/broker/drain.ts'
import {
  CSV,
  PERSON,
  putSources,
  REGISTRATION,
  readDatasetState,
  type SourceFile,
  smallDataset,
  TIRE,
} from '../../support/fixtures/small-dataset.ts'
import { memoryObject } from '../../support/world/memory-object.ts'

const BOXABLE = 's3://other/boxable.csv'
const NAMES = `${PERSON},Person\n${TIRE},Tire\n`

/** A valid text for each source, with the name under which messages show it. */
const FILES = {
  'boxes.csv': ['annotations-bbox.csv', CSV],
  'names.csv': ['class-descriptions.csv', NAMES],
  'boxable.csv': ['class-descriptions-boxable.csv', NAMES],
  'hierarchy.json': ['labels-hierarchy.json', `{"LabelName":"${PERSON}",\r\n"Subcategory":[{"LabelName":"${TIRE}"}]}`],
  'images.csv': ['images.csv', 'ImageID,License,Author\n0000000000000001,https://license/by,Ann\n'],
} as const
type File = keyof typeof FILES
const ALL = Object.keys(FILES) as File[]
const TABLES = ALL.filter((file) => file !== 'hierarchy.json')

const latin1 = (bytes: string) => Buffer.from(bytes, 'latin1')
const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const utf32 = (text: string) => {
  const bytes = Buffer.alloc(text.length * 4)
  for (let at = 0; at < text.length; at++) bytes.writeUInt32LE(text.charCodeAt(at), at * 4)
  return bytes
}
const swap = (bytes: Buffer, size: 2 | 4) => (size === 2 ? bytes.swap16() : bytes.swap32())
/** Puts the bytes of a signature before what would be valid text. */
const signed = (signature: string) => (text: string) => Buffer.concat([latin1(signature), Buffer.from(text)])

/** What the file is, how it is made of the text, and what the message names. */
const KINDS: [kind: string, make: (text: string) => Uint8Array, named: string][] = [
  ['gzip', (text) => gzipSync(text), 'gzip'],
  ['gzip of nothing', () => gzipSync(''), 'gzip'],
  ['zstd', (text) => zstdCompressSync(text), 'zstd'],
  ['bzip2', signed('BZh91AY&SY'), 'bzip2'],
  ['xz', signed('\xfd7zXZ\0'), 'xz'],
  ['LZ4', signed('\x04\x22\x4d\x18'), 'LZ4'],
  ['zip or XLSX', signed('PK\x03\x04\x14\0\0\0'), 'zip'],
  ['7-Zip', signed('7z\xbc\xaf\x27\x1c'), '7-Zip'],
  ['a tar archive', (text) => signed(`${'boxes.csv'.padEnd(257, '\0')}ustar`)(text), 'tar'],
  ['Parquet', signed('PAR1\x15\x04'), 'Parquet'],
  ['an old spreadsheet', signed('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), 'Office'],
  ['SQLite', signed('SQLite format 3\0'), 'SQLite'],
  ['PDF', signed('%PDF-1.7\n'), 'PDF'],
  ['a JPEG', signed('\xff\xd8\xff\xe0'), 'JPEG'],
  ['a PNG', signed('\x89PNG\r\n\x1a\n'), 'PNG'],
  ['UTF-16 with its mark', (text) => utf16(`\uFEFF${text}`), 'UTF-16'],
  ['UTF-16 of the other order', (text) => swap(utf16(`\uFEFF${text}`), 2), 'UTF-16'],
  ['UTF-16 without a mark', (text) => utf16(text), 'UTF-16'],
  ['UTF-16 of the other order without a mark', (text) => swap(utf16(text), 2), 'UTF-16'],
  ['UTF-32 with its mark', (text) => utf32(`\uFEFF${text}`), 'UTF-32'],
  ['UTF-32 of the other order', (text) => swap(utf32(`\uFEFF${text}`), 4), 'UTF-32'],
  ['UTF-32 without a mark', (text) => utf32(text), 'UTF-32'],
  ['UTF-32 of the other order without a mark', (text) => swap(utf32(text), 4), 'UTF-32'],
  ['unknown bytes', signed('\x01\0\x02\x7f\x1b[31m'), 'binary'],
  ['Latin-1', (text) => latin1(text.replace(/(Person|Ann|freeform|LabelName)/, '$1\xe9')), '0xe9'],
  ['nothing', () => Buffer.alloc(0), 'empty'],
  ['a byte order mark alone', () => Buffer.from('\uFEFF'), 'empty'],
]

/** Imports the small dataset with these bytes as one of its files, and returns why that failed. */
async function importWith(file: File, bytes: Uint8Array) {
  const sources = { ...REGISTRATION.sources, boxableClassDescriptions: BOXABLE }
  const ports = await smallDataset({}, { ...REGISTRATION, sources })
  ports.world.stored.set(BOXABLE, memoryObject(NAMES))
  if (file === 'boxable.csv') ports.world.stored.set(BOXABLE, memoryObject(bytes))
  else putSources(ports, { [file as SourceFile]: bytes })
  await startImport('small', ports)
  await drain(ports)
  return readDatasetState(ports).problem
}

const CONTROL = /\p{Cc}/u

describe('a source that is not text in UTF-8', () => {
  describe.each(KINDS)('%s', (_kind, make, named) => {
    it.each(ALL)('is named by what it is in place of %s, without control characters', async (file) => {
      const [name, text] = FILES[file]
      const problem = await importWith(file, make(text))
      expect(problem).toMatchObject({ code: 'bad-source', detail: expect.stringContaining(name) })
      expect(problem?.detail).toContain(named)
      expect(problem?.detail).not.toMatch(CONTROL)
    })
  })

  it.each(ALL)('is accepted as text, with a byte order mark and CRLF, in place of %s', async (file) => {
    const [, text] = FILES[file]
    expect(await importWith(file, Buffer.from(text))).toBeUndefined()
    expect(await importWith(file, Buffer.from(`\uFEFF${text.replace(/\r?\n/g, '\r\n')}`))).toBeUndefined()
  })
})

describe('a source in another text format', () => {
  it.each(TABLES)('is refused in place of %s when its lines end in CR alone', async (file) => {
    const problem = await importWith(file, Buffer.from(FILES[file][1].replaceAll('\n', '\r')))
    expect(problem).toMatchObject({ code: 'bad-source', detail: expect.stringContaining('CR alone') })
    expect(problem?.detail).not.toMatch(CONTROL)
  })
  it.each(['boxes.csv', 'images.csv'] as const)('is refused in %s where a row ends in CR alone', async (file) => {
    const text = FILES[file][1]
    const lastEnd = text.trimEnd().lastIndexOf('\n')
    const rows = `${text.slice(lastEnd + 1, -1)}\r`.repeat(2)
    const problem = await importWith(file, Buffer.from(`${text.slice(0, lastEnd + 1)}${rows}\n`))
    expect(problem).toMatchObject({ code: 'bad-source', detail: expect.stringContaining('CR alone') })
  })
  it.each(TABLES)('is refused in place of %s when it is JSON', async (file) => {
    const problem = await importWith(file, Buffer.from(FILES['hierarchy.json'][1]))
    expect(problem).toMatchObject({ code: 'bad-source', detail: expect.stringContaining('JSON') })
  })
  it.each(TABLES)('is refused in place of the hierarchy when it is %s', async (file) => {
    const problem = await importWith('hierarchy.json', Buffer.from(FILES[file][1]))
    expect(problem).toMatchObject({ code: 'bad-source', detail: expect.stringContaining('JSON') })
  })
  it('is accepted as a hierarchy whose lines end in CR alone, which JSON allows', async () => {
    const text = FILES['hierarchy.json'][1].replaceAll('\r\n', '\r')
    expect(await importWith('hierarchy.json', Buffer.from(text))).toBeUndefined()
  })
})

describe('line ends of a box file', () => {
  it.each([
    ['CR CR LF', '\r\r\n'],
    ['CRLF', '\r\n'],
    ['LF', '\n'],
  ])('lose no column: %s', async (_, lineEnd) => {
    const flagged = CSV.replace(/0\n/g, '1\n')
    const ports = await smallDataset({ 'boxes.csv': flagged.replaceAll('\n', lineEnd) })
    await startImport('small', ports)
    await drain(ports)
    const request = { dataset: 'small', classNames: ['Tire'], examplesPerClass: 2, excludeFlags: ['isInside'] }
    const { state } = await createBatch('b', BatchRequest.parse(request), ports)
    // Every box is inside, by the flag of the last column.
    expect(state.selection).toMatchObject({
      imageCount: 0,
      warnings: [{ code: 'empty-batch' }, { code: 'short-class' }],
    })
  })
})
