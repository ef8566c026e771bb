import { describe, expect, it } from '@jest/globals'
import { startReading } from '../../../shared/platform/storage/start-reading.ts'
import { collect } from '../../support/collect.ts'

/** Yields these items, and records each that was read, and that it was closed. */
async function* recording(items: readonly number[], read: (number | 'closed')[]): AsyncGenerator<number> {
  try {
    for (const item of items) {
      read.push(item)
      yield item
    }
  } finally {
    read.push('closed')
  }
}

// biome-ignore lint/correctness/useYield: it fails before
async function* failing(): AsyncGenerator<number> {
  throw new Error('no item')
}

/** Waits until rejections that nobody handles have been noticed. */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('startReading', () => {
  it('reads the first item before it is asked for, and no other', () => {
    const read: (number | 'closed')[] = []
    startReading(recording([1, 2], read))
    expect(read).toEqual([1])
  })

  it.each([[[]], [[1]], [[1, 2, 3]]])('yields %j as they are', async (items) => {
    expect(await collect(startReading(recording(items, [])))).toEqual(items)
  })

  it.each([1, 2])('closes its source when the reader stops at item %d', async (last) => {
    const read: (number | 'closed')[] = []
    for await (const item of startReading(recording([1, 2, 3], read))) if (item === last) break
    expect(read).toEqual([...[1, 2].slice(0, last), 'closed'])
  })

  it('throws what reading the first item threw once that is asked for', async () => {
    const items = startReading(failing())
    await nextTurn()
    await expect(collect(items)).rejects.toThrow('no item')
  })

  it('keeps a failure to itself when its reader never starts', async () => {
    const unhandled: unknown[] = []
    const record = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', record)
    startReading(failing())
    await nextTurn()
    process.off('unhandledRejection', record)
    expect(unhandled).toEqual([])
  })
})
