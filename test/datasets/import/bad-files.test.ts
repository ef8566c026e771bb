import { describe, expect, it } from '@jest/globals'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import { drain } from '../../support/broker/drain.ts'
import {
  CSV,
  HEADER,
  imageId,
  listEvents,
  listKeys,
  readDatasetState,
  row,
  type SourceFile,
  smallDataset,
  TIRE,
  toCsv,
} from '../../support/fixtures/small-dataset.ts'

const VALID = row(imageId(1), TIRE)
const AT_LINE_3 = `annotations-bbox.csv, line 3, byte ${HEADER.length + 1 + VALID.length + 1}`
const notUtf8 = Buffer.from(toCsv(VALID, VALID))
notUtf8[HEADER.length + 1 + VALID.length + 1 + 20] = 0xff
const blankRows = `${HEADER}\n${`${','.repeat(12)}\n`.repeat(117_592)}`
const POINTER =
  'version https://git-lfs.github.com/spec/v1\noid sha256:7cd2d47f158b6e752c972a20186f33a2\nsize 52174204\n'
const PAGE = '<!DOCTYPE html>\n<html><body>Sign in</body></html>\n'

/** What is invalid, the file, its content, the place of the issue, and the decisive part of the message. */
const CASES: [string, SourceFile, string | Uint8Array, string, string][] = [
  ['a Git LFS pointer', 'boxes.csv', POINTER, 'annotations-bbox.csv, line 1, byte 0', 'Git LFS pointer'],
  ['117,592 blank rows', 'boxes.csv', blankRows, `annotations-bbox.csv, line 2, byte ${HEADER.length + 1}`, 'blank'],
  ['a web page', 'boxes.csv', PAGE, 'annotations-bbox.csv, line 1, byte 0', 'web page'],
  [
    'a web page in one line',
    'boxes.csv',
    `<html>${'x'.repeat(3 << 20)}`,
    'annotations-bbox.csv, line 1, byte 0',
    'web page',
  ],
  ['a file that ends in the middle of a row', 'boxes.csv', toCsv(VALID, VALID).slice(0, -30), AT_LINE_3, 'not 3'],
  [
    'a file that ends in the middle of its last field',
    'boxes.csv',
    toCsv(VALID, VALID).slice(0, -2),
    AT_LINE_3,
    'IsInside must',
  ],
  ['a missing column', 'boxes.csv', CSV.replace('XMax', 'X'), 'annotations-bbox.csv, line 1, byte 0', 'column XMax'],
  ['a corner outside 0..1', 'boxes.csv', toCsv(VALID, VALID.replace(',0.9,', ',1.9,')), AT_LINE_3, '"1.9"'],
  ['min above max', 'boxes.csv', toCsv(VALID, VALID.replace(',0.9,', ',0.05,')), AT_LINE_3, 'XMax (0.05)'],
  ['invalid UTF-8', 'boxes.csv', notUtf8, AT_LINE_3, 'UTF-8'],
  ['an empty line among the rows', 'boxes.csv', toCsv(VALID, '', VALID), AT_LINE_3, 'blank'],
  ['a header and no row', 'boxes.csv', `${HEADER}\n`, 'annotations-bbox.csv', 'row'],
  ['an empty file', 'boxes.csv', '', 'annotations-bbox.csv, line 1, byte 0', 'empty'],
  [
    'a line that is too long',
    'boxes.csv',
    `${HEADER}\n${'x'.repeat(3 << 20)}`,
    `byte ${HEADER.length + 1} `,
    '1048576',
  ],
  ['class names that are a web page', 'names.csv', PAGE, 'class-descriptions.csv: line 1, byte 0', 'web page'],
  [
    'a hierarchy that is a Git LFS pointer',
    'hierarchy.json',
    POINTER,
    'labels-hierarchy.json: line 1, byte 0',
    'Git LFS pointer',
  ],
  ['an image list that is a web page', 'images.csv', PAGE, 'images.csv, line 1, byte 0', 'ImageID'],
]

describe('importing an invalid file', () => {
  it.each(CASES)('fails, naming line and byte, and removes its files: %s', async (_, name, content, at, decisive) => {
    const ports = await smallDataset({ [name]: content })
    await startImport('small', ports)
    expect(await drain(ports)).toEqual([])
    const { current, importing, problem } = readDatasetState(ports)
    expect({ current, importing, problem }).toMatchObject({
      current: undefined,
      importing: undefined,
      problem: { code: 'bad-source', detail: expect.stringContaining(at) },
    })
    expect(problem?.detail.split(at)[1]).toContain(decisive)
    expect(listKeys(ports).filter((key) => !/\/rounds\/(fetch|check)\/1\.json$/.test(key))).toEqual(['dataset.json'])
    expect(ports.world.uploads.open.size).toBe(0)
    expect(listEvents(ports)).toMatchObject([{ type: 'dataset.failed', data: { dataset: 'small', problem } }])
  })

  it('is rejected when it starts if a file cannot be opened, and writes nothing', async () => {
    const ports = await smallDataset()
    ports.world.stored.delete('s3://other/boxes.csv')
    const before = [...ports.world.stored]
    await expect(startImport('small', ports)).rejects.toMatchObject({ code: 'bad-source' })
    expect([...ports.world.stored]).toEqual(before)
    expect(ports.world.sent.tasks).toEqual([])
  })

  it('fails with source-changed when a file is replaced meanwhile', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    const { stored } = ports.world
    stored.set('s3://other/boxes.csv', stored.get('s3://other/names.csv')!)
    expect(await drain(ports)).toEqual([])
    expect(readDatasetState(ports)).toMatchObject({
      problem: { code: 'source-changed', detail: expect.stringContaining('"s3://other/boxes.csv"') },
    })
    expect(listKeys(ports).filter((key) => !key.endsWith('1.json'))).toEqual(['dataset.json'])
  })
})
