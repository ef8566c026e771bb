import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readHeader } from '../../shared/open-images/header.ts'
import { findImageBoundary } from '../../shared/open-images/image-boundary.ts'
import { randomCsv } from '../selection/engine/random-csv.ts'
import { memorySource } from '../support/world/byte-source.ts'

/** Returns the boundary of every possible cut of a file. */
async function boundaries(text: string): Promise<{ rowsFrom: number; size: number; at: number[] }> {
  const source = memorySource(text)
  const { columns, rowsFrom } = await readHeader(source)
  const cuts = Array.from({ length: source.size + 1 }, (_, cut) => cut)
  const at = await Promise.all(cuts.map((cut) => findImageBoundary(source, cut, rowsFrom, columns.imageId)))
  return { rowsFrom, size: source.size, at }
}

describe('findImageBoundary', () => {
  it('returns the first row of another image at or after the cut, for every cut', async () => {
    await fc.assert(
      fc.asyncProperty(randomCsv, async ({ rows, text }) => {
        const { rowsFrom, size, at } = await boundaries(text)
        const lines = Buffer.from(text)
          .toString('latin1')
          .split(/(?<=\n)/)
        const starts = lines.map((_, line) => lines.slice(0, line).join('').length).slice(1)
        const firsts = starts.filter((_, row) => row === 0 || rows[row]?.ImageID !== rows[row - 1]?.ImageID)
        expect(at).toEqual(
          at.map((_, cut) => (cut <= rowsFrom ? rowsFrom : (firsts.find((start) => start >= cut) ?? size))),
        )
      }),
      { numRuns: 50 },
    )
  })
  it('never divides an image of a grouped file between slices, and loses no row', async () => {
    await fc.assert(
      fc.asyncProperty(randomCsv, fc.array(fc.nat()), async ({ text, rows, grouped }, drawn) => {
        const { rowsFrom, size, at } = await boundaries(text)
        const cuts = [0, ...drawn.map((cut) => cut % (size + 1)).sort((left, right) => left - right), size]
        const slices = cuts.slice(1).map((cut, slice) => Buffer.from(text).subarray(at[cuts[slice]!], at[cut]))
        expect(Buffer.concat(slices)).toEqual(Buffer.from(text).subarray(rowsFrom))
        const ids = new Set(rows.map((row) => row.ImageID!))
        if (!grouped) return
        for (const id of ids) expect(slices.filter((slice) => slice.includes(id))).toHaveLength(1)
      }),
      { numRuns: 100 },
    )
  })
  it('reads the image id of a last row without line end, even if the id is its last field', async () => {
    const source = memorySource('LabelName,ImageID\n/m/0a,00000000000000aa\r\n/m/0a,00000000000000aa')
    expect(await findImageBoundary(source, 30, 18, 1)).toBe(source.size)
  })
  it('reads only a range around the cut', async () => {
    const rows = Array.from({ length: 9000 }, (_, row) => `${row.toString(16).padStart(16, '0')},/m/0a,0,1,0,1`)
    const source = memorySource(`ImageID,LabelName,XMin,XMax,YMin,YMax\n${rows.join('\n')}\n`)
    await findImageBoundary(source, 200_000, 38, 0)
    expect(source.reads).toEqual([[200_000 - (64 << 10), 200_000 + (64 << 10)]])
  })
  it('continues when an image has more rows than one read returns', async () => {
    const rows = Array.from({ length: 9000 }, () => '00000000000000aa,/m/0a,0,1,0,1')
    const last = '00000000000000bb,/m/0a,0,1,0,1'
    const source = memorySource(`ImageID,LabelName,XMin,XMax,YMin,YMax\n${rows.join('\n')}\n${last}`)
    expect(await findImageBoundary(source, 50_000, 38, 0)).toBe(source.size - last.length)
  })
})
