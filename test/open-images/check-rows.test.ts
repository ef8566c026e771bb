import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type RowCount, rowChecker } from '../../shared/open-images/check-rows.ts'
import { parseHeader } from '../../shared/open-images/header.ts'
import { packImages } from '../../shared/open-images/packed-images.ts'
import { rowIssueFinder } from '../../shared/open-images/row-issue.ts'
import { lineBlocks } from '../../shared/platform/storage/line-blocks.ts'
import { readAhead } from '../../shared/platform/storage/read-ahead.ts'
import type { ModelRow } from '../selection/engine/model.ts'
import { randomCsv } from '../selection/engine/random-csv.ts'
import { packedRuns } from '../support/fixtures/packed-runs.ts'
import { memorySource } from '../support/world/byte-source.ts'

const HEADER =
  'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside'
const GOOD = '000026e7ee790996,freeform,/m/07j7r,1,0.07,0.14,0.20,0.39,0,1,-1,0,0'

async function walk(rows: string | Uint8Array, header = HEADER, rangeBytes = 1 << 20): Promise<RowCount> {
  const { walk, count } = rowChecker(parseHeader(header))
  for await (const block of lineBlocks(readAhead(memorySource(rows), { rangeBytes }))) if (!walk(block)) break
  return count()
}
/** Returns the message about a valid row with these fields changed. */
async function messageFor(changes: Record<string, string>): Promise<string | undefined> {
  const fields = GOOD.split(',').map((field, column) => changes[HEADER.split(',')[column]!] ?? field)
  return (await walk(`${GOOD}\n${fields.join(',')}\n`)).issue?.message
}

/** Returns the image id and class ids of each packed run. */
const toRuns = ({ boxes, runs }: RowCount): [string, string[]][] =>
  packedRuns(packImages(runs)).map(({ imageId, classes }) => [
    imageId,
    classes.map((number) => [...boxes.keys()][number]!),
  ])

/** A plain model of the runs, sorted by image id, then by position in the file. */
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
  it('refuses a row of very many carriage returns', async () => {
    const { issue } = await walk(`${GOOD}\n${'\r'.repeat(1_000_000)}x\n`, HEADER, 2 << 20)
    expect(issue).toMatchObject({ line: 1, message: expect.stringContaining('CR') })
  })

  it('counts the same as a plain model wherever the file is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(randomCsv, fc.integer({ min: 1, max: 300 }), async ({ rows, text }, rangeBytes) => {
        const lineEnd = text.indexOf('\n') + 1
        const header = lineEnd === 0 ? text : text.slice(0, lineEnd).trimEnd()
        const count = await walk(lineEnd === 0 ? '' : text.slice(lineEnd), header, rangeBytes)
        expect(count).toMatchObject({
          lines: rows.length,
          boxes: new Map([...Map.groupBy(rows, (row) => row.LabelName!)].map(([id, boxes]) => [id, boxes.length])),
          issue: undefined,
        })
        expect(toRuns(count)).toEqual(modelRuns(rows))
      }),
    )
  })

  it.each([
    ['ImageID', '000026e7ee79099', '16'],
    ['ImageID', '000026E7EE790996', '16'],
    ['LabelName', 'Tire', '/m/0h9mv'],
    ['LabelName', '/0/A-b', '/m/0h9mv'],
    ['XMin', '-0.1', '0 to 1'],
    ['XMax', '1.5', '0 to 1'],
    ['YMin', '', '0 to 1'],
    ['YMin', '0.', '0 to 1'],
    ['XMin', '.', '0 to 1'],
    ['YMax', 'NaN', '0 to 1'],
    ['YMax', '0x1', '0 to 1'],
    ['IsGroupOf', '2', '-1, 0 or 1'],
    ['IsInside', '', '-1, 0 or 1'],
  ])('rejects %s %j, naming the column, the value and what is valid (%s)', async (column, value, valid) => {
    const message = await messageFor({ [column]: value })
    expect(message).toMatch(new RegExp(`^${column} `))
    expect(message).toContain(JSON.stringify(value))
    expect(message).toContain(valid)
  })
  it.each([
    ['XMin', '0.15', 'XMax (0.14)'],
    ['YMin', '0.40', 'YMax (0.39)'],
  ])('rejects a %s of %s that is above %s', async (column, value, max) => {
    const message = await messageFor({ [column]: value })
    expect(message).toMatch(new RegExp(`^${column} .*${value}$`))
    expect(message).toContain(max)
  })
  it.each([
    ['XMin', '0'],
    ['XMax', '1'],
    ['XMax', '1.000000'],
    ['XMin', '.05'],
    ['XMin', '7.8e-05'],
    ['XMin', '0.14'],
  ])('accepts %s %s', async (column, value) => {
    expect(await messageFor({ [column]: value })).toBeUndefined()
  })
  it('accepts and rejects rows exactly as rowIssueFinder does', async () => {
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
    const change = fc.tuple(fc.nat(GOOD.length), fc.nat(3), fc.constantFrom(...pieces))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 3 }), async (changes) => {
        const row = changes.reduce((text, [at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut), GOOD)
        const fields = row.replace(/\r+$/, '').split(',')
        expect([row, (await walk(`${row}\n`)).issue?.message]).toEqual([row, rowIssueFinder(columns)(fields)])
      }),
      { numRuns: 2000, examples: [[Array(2).fill([GOOD.length, 0, '\r'])]] },
    )
  })
  it('reports line and byte of the issue wherever the blocks are cut', async () => {
    const text = `${GOOD}\n${GOOD}\r\n\n${GOOD}\n`
    for (let rangeBytes = 1; rangeBytes <= text.length; rangeBytes++)
      expect((await walk(text, HEADER, rangeBytes)).issue).toEqual({
        line: 2,
        byte: 2 * GOOD.length + 3,
        message: expect.stringContaining('blank'),
      })
  })
  it('reports a row of commas as blank', async () => {
    expect((await walk(`${','.repeat(12)}\n`)).issue?.message).toContain('blank')
  })
  it('rejects a row that has more columns than the header', async () => {
    expect((await walk(`${GOOD},1\n`)).issue?.message).toMatch(/13.*14/)
  })
  it('reports that the file ends in the middle of a row', async () => {
    expect((await walk(`${GOOD}\n${GOOD.slice(0, 40)}`)).issue).toMatchObject({
      line: 1,
      message: expect.stringContaining('the file ends'),
    })
  })
  it('rejects the row that is not UTF-8', async () => {
    const bytes = Buffer.from(`${GOOD}\n${GOOD}\n`)
    bytes[GOOD.length + 1 + 20] = 0xff
    expect((await walk(bytes)).issue).toEqual({
      line: 1,
      byte: GOOD.length + 1,
      message: expect.stringContaining('UTF-8'),
    })
  })
})
