import { describe, expect, it } from '@jest/globals'
import { fitItems, fitPage, fromCursor, MAX_PAGE_BYTES } from '../../../shared/contracts/page.ts'
import { readPage } from '../../../shared/platform/storage/read-page.ts'

interface Item {
  readonly name: string
  readonly text?: string
  readonly state?: string
}

/** Reads all pages of a list, each from the name after the cursor of the one before. */
async function readAll(sizes: Readonly<Record<string, number>>): Promise<Item[][]> {
  const names = Object.keys(sizes)
  const pages: Item[][] = []
  for (let from = 0; from < names.length; ) {
    const page = await readPage<Item>(names.slice(from), false, {
      read: async (name) => ({ name, text: '"'.repeat(sizes[name] ?? 0) }),
      replace: (name, { state }) => ({ name, state }),
    })
    pages.push([...page.items])
    if (page.nextCursor === undefined) break
    from = names.indexOf(`${fromCursor(page.nextCursor)}`) + 1
  }
  return pages
}

const namesOf = (pages: readonly Item[][]) => pages.map((items) => items.map(({ name }) => name))

describe('a page of a list', () => {
  it('ends early when its items are large, counted in bytes of JSON', async () => {
    const third = MAX_PAGE_BYTES / 6
    const pages = await readAll({ a: third - 100, b: third - 100, c: third - 100, d: third, e: 1 })
    expect(namesOf(pages)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ])
  })

  it('shows an item that alone is too large as unreadable, and goes on behind it', async () => {
    const pages = await readAll({ a: 1, b: MAX_PAGE_BYTES, c: MAX_PAGE_BYTES, d: 1 })
    expect(namesOf(pages)).toEqual([['a', 'b', 'c', 'd']])
    expect(pages.flat().map(({ state }) => state)).toEqual([undefined, 'unreadable', 'unreadable', undefined])
  })

  it('of one item only is that item, however large it is', () => {
    expect(fitPage(['x'.repeat(MAX_PAGE_BYTES), 'y'])).toHaveLength(1)
  })
})

describe('items that have to fit', () => {
  it('are the first ones, and those behind them are not looked at', () => {
    let taken = 0
    function* items(): Generator<string> {
      for (;;) {
        taken += 1
        yield 'x'.repeat(8)
      }
    }
    expect(fitItems(items(), 35)).toHaveLength(3)
    expect(taken).toBe(4)
  })

  it('may be none', () => {
    expect(fitItems(['too long'], 3)).toEqual([])
  })
})
