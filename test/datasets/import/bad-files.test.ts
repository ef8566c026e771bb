import { describe, expect, it } from '@jest/globals'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import {
  CSV,
  csvOf,
  eventsOf,
  HEADER,
  imageId,
  keysOf,
  row,
  type SourceFile,
  smallDataset,
  stateOf,
  TIRE,
} from '../../support/fixtures/small-dataset.ts'
import { drain } from '../../support/world/drain.ts'

const GOOD = row(imageId(1), TIRE)
const AT_LINE_3 = `annotations-bbox.csv, line 3, byte ${HEADER.length + 1 + GOOD.length + 1}`
const notUtf8 = Buffer.from(csvOf(GOOD, GOOD))
notUtf8[HEADER.length + 1 + GOOD.length + 1 + 20] = 0xff
const blankRows = `${HEADER}\n${`${','.repeat(12)}\n`.repeat(117_592)}`
const POINTER =
  'version https://git-lfs.github.com/spec/v1\noid sha256:7cd2d47f158b6e752c972a20186f33a2\nsize 52174204\n'
const PAGE = '<!DOCTYPE html>\n<html><body>Sign in</body></html>\n'

const CASES: [string, SourceFile, string | Uint8Array, string][] = [
  ['a Git LFS pointer', 'boxes.csv', POINTER, 'annotations-bbox.csv, line 1, byte 0: this is a Git LFS pointer'],
  [
    '117,592 blank rows',
    'boxes.csv',
    blankRows,
    `annotations-bbox.csv, line 2, byte ${HEADER.length + 1}: the row is blank`,
  ],
  [
    'a web page',
    'boxes.csv',
    PAGE,
    'annotations-bbox.csv, line 1, byte 0: this is a web page or XML, not the file itself',
  ],
  [
    'a web page in one line',
    'boxes.csv',
    `<html>${'x'.repeat(3 << 20)}`,
    'annotations-bbox.csv, line 1, byte 0: this is a web page',
  ],
  [
    'a file that ends in the middle of a row',
    'boxes.csv',
    csvOf(GOOD, GOOD).slice(0, -30),
    `${AT_LINE_3}: the row has 3 columns`,
  ],
  [
    'a file that ends in the middle of its last field',
    'boxes.csv',
    csvOf(GOOD, GOOD).slice(0, -2),
    `${AT_LINE_3}: IsInside "" is not`,
  ],
  [
    'a missing column',
    'boxes.csv',
    CSV.replace('XMax', 'X'),
    'annotations-bbox.csv, line 1, byte 0: the column XMax is missing',
  ],
  [
    'a corner outside',
    'boxes.csv',
    csvOf(GOOD, GOOD.replace(',0.9,', ',1.9,')),
    `${AT_LINE_3}: XMax "1.9" is not a fraction`,
  ],
  [
    'min above max',
    'boxes.csv',
    csvOf(GOOD, GOOD.replace(',0.9,', ',0.05,')),
    `${AT_LINE_3}: XMin 0.1 is above XMax 0.05`,
  ],
  ['invalid UTF-8', 'boxes.csv', notUtf8, `${AT_LINE_3}: the row is not UTF-8`],
  ['an empty line among the rows', 'boxes.csv', csvOf(GOOD, '', GOOD), `${AT_LINE_3}: the row is blank`],
  ['a header and no row', 'boxes.csv', `${HEADER}\n`, 'annotations-bbox.csv has a header but no row'],
  ['an empty file', 'boxes.csv', '', 'annotations-bbox.csv, line 1, byte 0: an empty first line'],
  [
    'a line without end',
    'boxes.csv',
    `${HEADER}\n${'x'.repeat(3 << 20)}`,
    `The line at byte ${HEADER.length + 1} is longer than`,
  ],
  ['names that are a web page', 'names.csv', PAGE, 'class-descriptions.csv: line 1, byte 0: this is a web page'],
  [
    'a hierarchy that is a pointer',
    'hierarchy.json',
    POINTER,
    'labels-hierarchy.json: line 1, byte 0: this is a Git LFS pointer',
  ],
  [
    'an image list that is a web page',
    'images.csv',
    PAGE,
    'images.csv, line 1, byte 0: the first column must be ImageID',
  ],
]

describe('a bad file', () => {
  it.each(CASES)('is refused with line and byte, and leaves nothing: %s', async (_, name, content, message) => {
    const ports = await smallDataset({ [name]: content })
    await startImport('small', ports)
    expect(await drain(ports)).toEqual([])
    const { current, importing, problem } = stateOf(ports)
    expect({ current, importing, problem }).toMatchObject({
      current: undefined,
      importing: undefined,
      problem: { code: 'bad-source', detail: expect.stringContaining(message) },
    })
    expect(keysOf(ports).filter((key) => !/\/rounds\/(fetch|check)\/1\.json$/.test(key))).toEqual(['dataset.json'])
    expect(ports.world.uploads.open.size).toBe(0)
    expect(eventsOf(ports)).toMatchObject([{ type: 'dataset.failed', data: { dataset: 'small', problem } }])
  })

  it('is refused at once when it cannot be opened, and nothing is written', async () => {
    const ports = await smallDataset()
    ports.world.stored.delete('s3://other/boxes.csv')
    const before = [...ports.world.stored]
    await expect(startImport('small', ports)).rejects.toMatchObject({ code: 'bad-source' })
    expect([...ports.world.stored]).toEqual(before)
    expect(ports.world.sent.tasks).toEqual([])
  })

  it('that is replaced while it is imported ends the import, saying so', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    const { stored } = ports.world
    stored.set('s3://other/boxes.csv', stored.get('s3://other/names.csv')!)
    expect(await drain(ports)).toEqual([])
    expect(stateOf(ports)).toMatchObject({
      problem: { code: 'source-changed', detail: expect.stringContaining('"s3://other/boxes.csv" was replaced') },
    })
    expect(keysOf(ports).filter((key) => !key.endsWith('1.json'))).toEqual(['dataset.json'])
  })
})
