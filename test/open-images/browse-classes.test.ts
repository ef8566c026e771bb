import { describe, expect, it } from '@jest/globals'
import type { ClassSummary } from '../../shared/contracts/class-summary.ts'
import { MAX_PAGE_BYTES } from '../../shared/contracts/page.ts'
import { browseClasses } from '../../shared/open-images/browse-classes.ts'
import { buildClassList } from '../../shared/open-images/class-list.ts'
import { foldName } from '../../shared/open-images/fold-name.ts'
import { parseHierarchy } from '../../shared/open-images/hierarchy.ts'
import { boxable, countFrom, findId, published, toCounts } from '../support/fixtures/published.ts'

const counts = toCounts({ [findId('Person')]: countFrom(200) })
const browse = (options: { search?: string; after?: string; limit?: number } = {}) =>
  browseClasses(published, counts, { limit: 1000, ...options })

describe('browseClasses', () => {
  it('sorts the boxable classes by name', () => {
    const { items, next } = browse()
    expect(items).toHaveLength(601)
    expect(next).toBeUndefined()
    const names = items.map(({ className }) => foldName(className))
    expect(names).toEqual(names.toSorted())
  })

  it.each([1, 100, 600, 601])('lists each class once over pages of %i', (limit) => {
    const all: ClassSummary[] = []
    let after: string | undefined
    do {
      const page = browse({ limit, ...(after === undefined ? {} : { after }) })
      all.push(...page.items)
      after = page.next
    } while (after !== undefined)
    expect(all).toEqual(browse().items)
    expect(new Set(all.map(({ classId }) => classId)).size).toBe(boxable.length)
  })

  it('ends a page early when its classes have many parents with long names', () => {
    const parents = Array.from({ length: 20 }, (_, at) => ({ classId: `/m/p${at}`, className: '名'.repeat(200) }))
    const children = Array.from({ length: 1000 }, (_, at) => ({ classId: `/m/c${at}`, className: `Class ${at}` }))
    const tree = {
      LabelName: '/m/0root',
      Subcategory: parents.map(({ classId }) => ({
        LabelName: classId,
        Subcategory: children.map((child) => ({ LabelName: child.classId })),
      })),
    }
    const list = buildClassList({
      descriptions: [...parents, ...children],
      hierarchy: parseHierarchy(Buffer.from(JSON.stringify(tree)), 'tree.json'),
    })
    const seen: string[] = []
    let next: string | undefined = ''
    while (next !== undefined) {
      const page = browseClasses(list, counts, { limit: 1000, after: next })
      expect(Buffer.byteLength(JSON.stringify(page.items))).toBeLessThan(1.1 * MAX_PAGE_BYTES)
      seen.push(...page.items.map(({ classId }) => classId))
      next = page.next
    }
    expect([seen.length, new Set(seen).size]).toEqual([1020, 1020])
  })

  it('searches parts of names, ignoring case, and ids', () => {
    const namesFor = (search: string) => browse({ search }).items.map(({ className }) => className)
    expect(namesFor(' REGISTRATION ')).toEqual(['Vehicle registration plate'])
    expect(namesFor('/m/0h9mv')).toEqual(['Tire'])
    expect(namesFor('car').slice(0, 3)).toEqual(['Car', 'Carnivore', 'Carrot'])
    expect(namesFor('no such thing')).toEqual([])
  })

  it('returns counts with and without subclasses, the number of subclasses, and the parents', () => {
    const [person] = browse({ search: '/m/01g317' }).items
    expect(person).toEqual({
      className: 'Person',
      classId: '/m/01g317',
      imageCount: 202,
      boxCount: 203,
      ownImageCount: 200,
      ownBoxCount: 201,
      subclassCount: 4,
      parents: [],
    })
    const [knife] = browse({ search: findId('Knife') }).items
    expect(knife).toMatchObject({ imageCount: 0, boxCount: 0, ownImageCount: 0, ownBoxCount: 0 })
    expect(knife?.parents.map(({ className }) => className).sort()).toEqual(['Kitchen utensil', 'Weapon'])
  })
})
