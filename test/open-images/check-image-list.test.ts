import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { listChecker } from '../../shared/open-images/check-image-list.ts'
import { findImageFacts } from '../../shared/open-images/image-list.ts'
import { findListBoundary } from '../../shared/open-images/image-list-boundary.ts'
import { readListHeader } from '../../shared/open-images/image-list-header.ts'
import { listedCursor } from '../../shared/open-images/listed-images.ts'
import { lineBlocks } from '../../shared/platform/storage/line-blocks.ts'
import { readAhead } from '../../shared/platform/storage/read-ahead.ts'
import { memorySource } from '../support/world/byte-source.ts'

const HEADER = 'ImageID,License,Title'

/** A row as it is meant: its number, and its title before it is written. */
interface Row {
  readonly number: number
  readonly license: string
  readonly title: string
}
const toId = (number: number) => number.toString(16).padStart(16, '0')
const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const write = ({ number, license, title }: Row) => `${toId(number)},${license},${quote(title)}`

const title = fc
  .array(fc.constantFrom('a', 'é', ' ', ',', '"', '""', '\n', '\r\n', '0000000000000001', ',x'), { maxLength: 6 })
  .map((parts) => `t${parts.join('')}`)
const rows = fc.uniqueArray(fc.record({ number: fc.nat(1 << 30), license: fc.constantFrom('', 'by'), title }), {
  selector: ({ number }) => number,
  minLength: 1,
  maxLength: 40,
})
const isPlain = ({ title }: Row) => !/\n0{15}1,/.test(title)
const lists = rows.filter((all) => all.every(isPlain))

/** Checks the slices between these cuts, each of which finds its own boundaries, in ranges of so many bytes. */
async function checkSlices(text: string, cuts: readonly number[], rangeBytes: number) {
  const source = memorySource(text)
  const { columns, rowsFrom } = await readListHeader(source)
  const results = []
  for (const [number, cut] of cuts.slice(1).entries()) {
    const from = await findListBoundary(source, cuts[number]!, rowsFrom)
    const to = await findListBoundary(source, cut, rowsFrom)
    const { walk, count } = listChecker(columns, from)
    for await (const block of lineBlocks(readAhead(source, { from, to, rangeBytes }), from)) if (!walk(block)) break
    results.push({ from, ...count(to) })
  }
  return results
}

describe('listChecker', () => {
  it('finds the rows, lines and licenses of any list, wherever it is cut into slices and ranges', async () => {
    await fc.assert(
      fc.asyncProperty(
        lists,
        fc.array(fc.nat(2000), { maxLength: 4 }),
        fc.integer({ min: 1, max: 200 }),
        async (expected, inner, rangeBytes) => {
          const text = `${[HEADER, ...expected.map(write)].join('\n')}\n`
          const size = Buffer.byteLength(text)
          const cuts = [0, ...inner.filter((cut) => cut < size).toSorted((a, b) => a - b), size]
          const found: Record<string, unknown>[] = []
          let line = 0
          for (const { from, lines, packed, issue } of await checkSlices(text, cuts, rangeBytes)) {
            expect(issue).toBeUndefined()
            for (const cursor = listedCursor(packed.bytes); !cursor.isDone; cursor.advance())
              found.push({
                id: toId(cursor.high * 2 ** 32 + cursor.low),
                by: cursor.hasLicense,
                byte: from + cursor.offset,
                line: line + cursor.line,
              })
            line += lines
          }
          let byte = HEADER.length + 1
          let lineOfRow = 0
          const model = expected.map((row) => {
            const at = { id: toId(row.number), by: row.license !== '', byte, line: lineOfRow }
            byte += Buffer.byteLength(write(row)) + 1
            lineOfRow += write(row).split('\n').length
            return at
          })
          const inOrder = (items: Record<string, unknown>[]) =>
            items.toSorted((a, b) => Number(a.byte) - Number(b.byte))
          expect(inOrder(found)).toEqual(model)
        },
      ),
    )
  })

  it('gives no image facts of another, whichever bytes but line feeds are replaced', async () => {
    const byte = fc.constantFrom('"', ',', '\n', '\r', 'x', ' ')
    await fc.assert(
      fc.asyncProperty(lists, fc.array(fc.tuple(fc.nat(2000), byte), { maxLength: 4 }), async (expected, changes) => {
        const marked = expected.map(({ number, title }) => {
          const mark = `mark-${toId(number)}`
          return { number, license: `by-${mark}`, title: `${mark}${title}` }
        })
        const text = Buffer.from(`${marked.map(write).join('\n')}\n`)
        for (const [at, byte] of changes)
          if (text[at % text.length] !== 0x0a) text.write(byte, at % text.length, 'latin1')
        const source = memorySource(Buffer.concat([Buffer.from(`${HEADER}\n`), text]))
        const found = await findImageFacts(source, new Set(marked.map(({ number }) => toId(number))))
        for (const [id, facts] of found) {
          const marks = JSON.stringify(facts).match(/mark-[0-9a-f]{16}/g) ?? []
          expect(marks.filter((mark) => mark !== `mark-${id}`)).toEqual([])
        }
      }),
      { numRuns: 500 },
    )
  })

  it('refuses a row that is longer than any, without reading the rest of the file again and again', async () => {
    const text = `${HEADER}\n${toId(1)},by,"${'x\n'.repeat(2 << 20)}"\n`
    const [first] = await checkSlices(text, [0, text.length], 1 << 16)
    expect(first).toMatchObject({ rows: 0, issue: { line: 0, byte: HEADER.length + 1 } })
  })

  it('finds a boundary in a file without rows after two megabytes, and the slice before it is refused', async () => {
    const text = `${HEADER}\n${toId(1)},by,t\n${'no row,by,t\n'.repeat(1 << 19)}`
    const cut = 1 << 20
    const source = memorySource(text)
    const boundary = await findListBoundary(source, cut, HEADER.length + 1)
    expect(boundary).toBe(cut + (2 << 20))
    const [first] = await checkSlices(text, [0, cut, text.length], 1 << 20)
    expect(first).toMatchObject({ rows: 1, issue: { line: 1 } })
  })
})
