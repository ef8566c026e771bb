import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type RowCount, rowChecker } from '../../shared/open-images/check-rows.ts'
import { parseHeader } from '../../shared/open-images/header.ts'
import { packImages } from '../../shared/open-images/packed-images.ts'
import { rowIssueFinder } from '../../shared/open-images/row-fault.ts'
import { rowFields, splitRow } from '../../shared/open-images/split-row.ts'
import { lineBlocks } from '../../shared/platform/storage/line-blocks.ts'
import { readAhead } from '../../shared/platform/storage/read-ahead.ts'
import type { ModelRow } from '../selection/engine/model.ts'
import { randomCsv } from '../selection/engine/random-csv.ts'
import { packedRuns } from '../support/fixtures/packed-runs.ts'
import { memorySource } from '../support/world/source.ts'

const HEADER =
  'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside'
const GOOD = '000026e7ee790996,freeform,/m/07j7r,1,0.07,0.14,0.20,0.39,0,1,-1,0,0'

async function walk(rows: string | Uint8Array, header = HEADER, rangeBytes = 1 << 20): Promise<RowCount> {
  const { walk, count } = rowChecker(parseHeader(header))
  for await (const block of lineBlocks(readAhead(memorySource(rows), { rangeBytes }))) if (!walk(block)) break
  return count()
}
/** What is said of a good row with these fields changed. */
async function faultOf(changes: Record<string, string>): Promise<string | undefined> {
  const fields = GOOD.split(',').map((field, column) => changes[HEADER.split(',')[column]!] ?? field)
  return (await walk(`${GOOD}\n${fields.join(',')}\n`)).fault?.message
}

/** Image id and class ids of each run, as packed. */
const runsOf = ({ boxes, runs }: RowCount): [string, string[]][] =>
  packedRuns(packImages(runs)).map(({ imageId, classes }) => [
    imageId,
    classes.map((number) => [...boxes.keys()][number]!),
  ])

/** The same, worked out plainly: runs of rows, in order of image and then of the file. */
function modelRuns(rows: readonly ModelRow[]): [string, string[]][] {
  const runs: [string, string[]][] = []
  for (const [at, { ImageID = '', LabelName = '' }] of rows.entries()) {
    if (ImageID !== rows[at - 1]?.ImageID) runs.push([ImageID, []])
    const classIds = runs.at(-1)![1]
    if (!classIds.includes(LabelName)) classIds.push(LabelName)
  }
  return runs.toSorted(([left], [right]) => (left < right ? -1 : Number(left > right)))
}

describe('rowChecker', () => {
  it('counts what a plain count counts, however the file is cut', async () => {
    await fc.assert(
      fc.asyncProperty(randomCsv, fc.integer({ min: 1, max: 300 }), async ({ rows, text }, rangeBytes) => {
        const lineEnd = text.indexOf('\n') + 1
        const header = lineEnd === 0 ? text : text.slice(0, lineEnd).trimEnd()
        const count = await walk(lineEnd === 0 ? '' : text.slice(lineEnd), header, rangeBytes)
        expect(count).toMatchObject({
          lines: rows.length,
          boxes: new Map([...Map.groupBy(rows, (row) => row.LabelName!)].map(([id, boxes]) => [id, boxes.length])),
          fault: undefined,
        })
        expect(runsOf(count)).toEqual(modelRuns(rows))
      }),
    )
  })

  it.each([
    ['ImageID', '000026e7ee79099', 'ImageID "000026e7ee79099" is not 16 digits and letters a to f'],
    ['ImageID', '000026E7EE790996', 'ImageID "000026E7EE790996" is not 16 digits and letters a to f'],
    ['LabelName', 'Tire', 'LabelName "Tire" is not a class id like /m/0h9mv'],
    ['LabelName', '/0/A-b', 'LabelName "/0/A-b" is not a class id like /m/0h9mv'],
    ['XMin', '-0.1', 'XMin "-0.1" is not a fraction from 0 to 1'],
    ['XMax', '1.5', 'XMax "1.5" is not a fraction from 0 to 1'],
    ['YMin', '', 'YMin "" is not a fraction from 0 to 1'],
    ['YMin', '0.', 'YMin "0." is not a fraction from 0 to 1'],
    ['XMin', '.', 'XMin "." is not a fraction from 0 to 1'],
    ['YMax', 'NaN', 'YMax "NaN" is not a fraction from 0 to 1'],
    ['YMax', '0x1', 'YMax "0x1" is not a fraction from 0 to 1'],
    ['XMin', '0.15', 'XMin 0.15 is above XMax 0.14'],
    ['YMin', '0.40', 'YMin 0.40 is above YMax 0.39'],
    ['IsGroupOf', '2', 'IsGroupOf "2" is not -1, 0 or 1'],
    ['IsInside', '', 'IsInside "" is not -1, 0 or 1'],
  ])('refuses %s %j', async (column, value, message) => {
    expect(await faultOf({ [column]: value })).toBe(message)
  })
  it.each([
    ['XMin', '0'],
    ['XMax', '1'],
    ['XMax', '1.000000'],
    ['XMin', '.05'],
    ['XMin', '7.8e-05'],
    ['XMin', '0.14'],
  ])('takes %s %s', async (column, value) => {
    expect(await faultOf({ [column]: value })).toBeUndefined()
  })
  it('judges a row read in bytes as it would one read as text, whatever is spoilt in it', async () => {
    const pieces = [
      '0',
      '1',
      '9',
      '.',
      '-',
      '-1',
      'e-05',
      ',',
      '\r',
      ' ',
      'a',
      'A',
      '/',
      '1.0',
      '0.5',
      '.5',
      '123456789012345678',
    ]
    const columns = parseHeader(HEADER)
    const spoilt = fc.tuple(fc.nat(GOOD.length), fc.nat(3), fc.constantFrom(...pieces))
    await fc.assert(
      fc.asyncProperty(fc.array(spoilt, { maxLength: 3 }), async (changes) => {
        const row = changes.reduce((text, [at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut), GOOD)
        const fields = rowFields(columns.count)
        const text = Buffer.from(`${row}\n`)
        splitRow(text, 0, fields)
        expect([row, (await walk(text)).fault?.message]).toEqual([row, rowIssueFinder(columns)(text, fields)])
      }),
      { numRuns: 2000 },
    )
  })
  it('says at which line and byte, wherever the blocks were cut', async () => {
    const text = `${GOOD}\n${GOOD}\r\n\n${GOOD}\n`
    for (let rangeBytes = 1; rangeBytes <= text.length; rangeBytes++)
      expect((await walk(text, HEADER, rangeBytes)).fault).toEqual({
        line: 2,
        byte: 2 * GOOD.length + 3,
        message: 'the row is blank',
      })
  })
  it('says of a row of commas only that it is blank', async () => {
    expect((await walk(`${','.repeat(12)}\n`)).fault?.message).toBe('the row is blank')
  })
  it('refuses a row with other columns than the header', async () => {
    expect((await walk(`${GOOD},1\n`)).fault?.message).toBe('the row has 14 columns where the header has 13')
  })
  it('says when the file ends in the middle of a row', async () => {
    expect((await walk(`${GOOD}\n${GOOD.slice(0, 40)}`)).fault).toMatchObject({
      line: 1,
      message: expect.stringContaining('the file ends in the middle of this row'),
    })
  })
  it('refuses what is not UTF-8, in the row that it is in', async () => {
    const bytes = Buffer.from(`${GOOD}\n${GOOD}\n`)
    bytes[GOOD.length + 1 + 20] = 0xff
    expect((await walk(bytes)).fault).toEqual({ line: 1, byte: GOOD.length + 1, message: 'the row is not UTF-8' })
  })
})
