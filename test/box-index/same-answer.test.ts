import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { openIndex } from '../../shared/box-index/open-index.ts'
import type { Criteria } from '../../shared/selection/criteria.ts'
import { type SelectOptions, select } from '../../shared/selection/select.ts'
import { gathered } from '../fakes/gathered.ts'
import { memorySource } from '../fakes/source.ts'
import { randomCriteria, randomCsv } from '../selection/random-csv.ts'
import { builtIndex, ETAG } from './built-index.ts'

/** All that a selection tells, as text. */
async function answer(csv: string, criteria: Criteria, options: SelectOptions): Promise<string> {
  const { pages, ...told } = await select(memorySource(csv, ETAG), criteria, options)
  return JSON.stringify([told, (await gathered(pages())).flat()])
}

describe('a selection through the index', () => {
  it('is the scan, byte for byte, for any grouped file, request and slices', async () => {
    const cuts = fc.array(fc.nat(4000), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(randomCsv, randomCriteria, cuts, async ({ text, grouped }, criteria, cutAt) => {
        fc.pre(grouped)
        const source = memorySource(await builtIndex(text, cutAt))
        const index = await openIndex(async () => source, { etag: ETAG, bytes: Buffer.byteLength(text) })
        expect(await answer(text, criteria, { groupedByImage: true, index })).toBe(
          await answer(text, criteria, { groupedByImage: true }),
        )
      }),
      { numRuns: 600 },
    )
  })
})
