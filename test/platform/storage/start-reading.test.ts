import { describe, expect, it } from '@jest/globals'
import { startReading } from '../../../shared/platform/storage/start-reading.ts'
import { collect } from '../../support/collect.ts'

/** Yields these items, and notes each that was read. */
async function* noted(items: readonly number[], read: number[]): AsyncGenerator<number> {
  for (const item of items) {
    read.push(item)
    yield item
  }
}

describe('startReading', () => {
  it('reads the first item before it is asked for, and no other', () => {
    const read: number[] = []
    startReading(noted([1, 2], read))
    expect(read).toEqual([1])
  })

  it.each([[[]], [[1]], [[1, 2, 3]]])('yields %j as they are', async (items) => {
    expect(await collect(startReading(noted(items, [])))).toEqual(items)
  })

  it('throws what reading the first item threw once that is asked for', async () => {
    const items = startReading(
      // biome-ignore lint/correctness/useYield: it fails before
      (async function* (): AsyncGenerator<number> {
        throw new Error('no item')
      })(),
    )
    await new Promise((resolve) => setTimeout(resolve, 0))
    await expect(collect(items)).rejects.toThrow('no item')
  })
})
