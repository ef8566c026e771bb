import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import { buildClassList, type ClassList } from '../../shared/open-images/class-list.ts'
import { parseHierarchy } from '../../shared/open-images/hierarchy.ts'
import { MAX_CLASS_IDS, resolveClasses } from '../../shared/open-images/resolve-classes.ts'
import {
  boxable,
  countFrom,
  descriptions,
  findId,
  hierarchy,
  published,
  toCounts,
} from '../support/fixtures/published.ts'

const counts = toCounts({ [findId('Tire')]: countFrom(100), [findId('Person')]: countFrom(200) })
const resolve = (names: string[], includeParts = false) => resolveClasses(names, published, counts, { includeParts })

function rejectionFor(names: string[], list = published): AppError {
  try {
    resolveClasses(names, list, counts, { includeParts: false })
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('Nothing was rejected')
}

describe('resolveClasses', () => {
  it('resolves display names, ignoring case and surrounding blanks, and ids, in request order', () => {
    const { classes, sharedClassIds } = resolve([' tIRE ', '/m/01g317', 'Vehicle registration plate'])
    expect(classes.map(({ className }) => className)).toEqual(['Tire', 'Person', 'Vehicle registration plate'])
    expect(classes[0]).toEqual({
      requested: ' tIRE ',
      className: 'Tire',
      classId: '/m/0h9mv',
      classIds: ['/m/0h9mv'],
      subclasses: [],
      imageCount: 102,
      boxCount: 103,
    })
    expect(sharedClassIds).toEqual([])
  })

  it('prefers the boxable class of a name to the first one of the full list, in 25 cases', () => {
    const firstIds = new Map(
      descriptions.toReversed().map(({ className, classId }) => [className.toLowerCase(), classId]),
    )
    const homonyms = boxable.filter(({ className, classId }) => firstIds.get(className.toLowerCase()) !== classId)
    expect(homonyms).toHaveLength(25)
    expect(homonyms.map(({ className }) => className)).toEqual(
      expect.arrayContaining(['Ball', 'Fish', 'Penguin', 'Rose', 'Shark']),
    )
    const { classes } = resolve(homonyms.map(({ className }) => className))
    expect(classes.map(({ classId }) => classId)).toEqual(homonyms.map(({ classId }) => classId))
  })

  it('resolves every boxable class by its name and by its id', () => {
    const byName = resolve(boxable.map(({ className }) => className.toUpperCase())).classes
    const byId = resolve(boxable.map(({ classId }) => classId)).classes
    expect(byName.map(({ classId }) => classId)).toEqual(boxable.map(({ classId }) => classId))
    expect(byId.map(({ className }) => className)).toEqual(boxable.map(({ className }) => className))
  })

  it('returns the subclasses of a class and the counts of the union', () => {
    const [person] = resolve(['Person']).classes
    expect(person?.subclasses.map(({ className }) => className)).toEqual(['Man', 'Woman', 'Boy', 'Girl'])
    expect(person?.classIds).toEqual([findId('Person'), ...person!.subclasses.map(({ classId }) => classId)])
    expect(person).toMatchObject({ imageCount: 202, boxCount: 203 })
  })

  it('includes parts, and counts them, only on request', () => {
    const [person] = resolve(['Person'], true).classes
    expect(person?.subclasses.map(({ className }) => className)).toContain('Human face')
    expect(person).toMatchObject({ imageCount: 204, boxCount: 205 })
  })

  it('returns counts of 0 for a class that does not occur in the dataset', () => {
    expect(resolve(['Cat']).classes[0]).toMatchObject({ imageCount: 0, boxCount: 0 })
  })

  it('reports the ids that belong to several of the classes', () => {
    expect(resolve(['Man', 'Person', 'Girl', 'Tire']).sharedClassIds).toEqual([findId('Man'), findId('Girl')])
    expect(resolve(['Weapon', 'Kitchen utensil']).sharedClassIds).toContain(findId('Knife'))
  })

  it('resolves the id of the root to all classes', () => {
    const [root] = resolve(['/m/0bl9f']).classes
    expect(root).toMatchObject({ className: '/m/0bl9f', classId: '/m/0bl9f' })
    expect(root?.classIds).toHaveLength(602)
  })
})

describe('resolveClasses with invalid names', () => {
  it('reports all invalid names with their places, under the most severe code', () => {
    const { code, message, issues } = rejectionFor(['Tire', 'Tyre', 'Anole', 'tire', 'Fish'])
    expect(code).toBe('unknown-class')
    expect(message).toMatch(/3 of the 5/)
    expect(issues).toEqual([
      {
        at: 'body.classNames[1]',
        message: expect.stringMatching(/"Tyre".*"Tire"/),
        suggestions: ['Tire'],
      },
      {
        at: 'body.classNames[2]',
        message: expect.stringMatching(/"Anole" \(\/m\/01vqj0, \/m\/01x8yz\).*601/),
        suggestions: [],
      },
      {
        at: 'body.classNames[3]',
        message: expect.stringMatching(/"tire".*body\.classNames\[0\], Tire \(\/m\/0h9mv\)/),
        suggestions: [],
      },
    ])
  })

  it('rejects a class of the full list without boxes, by name or id, with suggestions', () => {
    const { code, message, issues } = rejectionFor(['Flying fish'])
    expect(code).toBe('class-not-boxable')
    expect(message).toMatch(/^body\.classNames\[0\]: "Flying fish" \(\/m\/\w+\).*601/)
    expect(issues[0]?.suggestions).toContain('Fish')
    expect(rejectionFor(['/m/01vqj0', 'Anole', 'Tire', '/m/0h9mv']).code).toBe('class-not-boxable')
  })

  it.each([[['Tire', 'TIRE']], [['Tire', '/m/0h9mv']], [['/m/0h9mv', ' tire']]])(
    'rejects a repeated class: %j',
    (names) => {
      const { code, issues } = rejectionFor(names)
      expect(code).toBe('invalid-request')
      expect(issues.map(({ at }) => at)).toEqual(['body.classNames[1]'])
    },
  )

  it.each(['', ' ', '/m/zzz9', 'constructor', '__proto__'])('rejects %j as unknown', (name) => {
    expect(rejectionFor([name]).code).toBe('unknown-class')
  })

  it('reports the place where the names were given', () => {
    const resolveUnknown = () => resolveClasses(['x'], published, counts, { includeParts: false, at: 'query.class' })
    expect(resolveUnknown).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ at: 'query.class[0]' })] }),
    )
  })

  it('suggests the ids when two boxable classes have the same name', () => {
    const twins = ['/m/a', '/m/b'].map((classId) => ({ classId, className: 'Twin' }))
    const tree = { LabelName: '/m/r', Subcategory: twins.map(({ classId }) => ({ LabelName: classId })) }
    const list = buildClassList({
      descriptions: twins,
      hierarchy: parseHierarchy(new TextEncoder().encode(JSON.stringify(tree)), 'tree.json'),
    })
    expect(rejectionFor(['twin'], list)).toMatchObject({
      code: 'invalid-request',
      issues: [{ suggestions: ['/m/a', '/m/b'] }],
    })
    expect(resolveClasses(['/m/b'], list, counts, { includeParts: false }).classes[0]?.classId).toBe('/m/b')
  })

  it('suggests for all names of a request within one budget', () => {
    const budgets = new Set<object>()
    const suggest: ClassList['suggest'] = (_, budget) => {
      budgets.add(budget)
      return []
    }
    rejectionFor(['Tyre', 'Dogz', 'Anole'], { ...published, suggest })
    expect(budgets.size).toBe(1)
  })

  it('shows the first ids when very many classes have the same name', () => {
    const twins = Array.from({ length: 5000 }, (_, index) => ({ classId: `/m/${index}`, className: 'Twin' }))
    const list = buildClassList({ descriptions: twins, boxable: twins, hierarchy })
    const { message, issues } = rejectionFor(Array(100).fill('twin'), list)
    expect(issues).toHaveLength(100)
    expect(JSON.stringify([message, issues]).length).toBeLessThan(100_000)
  })

  it('refuses classes that have too many subclasses together, and not fewer', () => {
    const subclasses = Array.from({ length: MAX_CLASS_IDS - 2 }, (_, index) => ({ LabelName: `/m/${index}` }))
    const tree = {
      LabelName: '/m/0root',
      Subcategory: [
        { LabelName: '/m/0tire', Part: [{ LabelName: '/m/0rim' }] },
        { LabelName: '/m/0wide', Subcategory: subclasses },
      ],
    }
    const names = ['root', 'tire', 'wide', 'rim'].map((name) => ({ classId: `/m/0${name}`, className: name }))
    const list = buildClassList({
      descriptions: names,
      hierarchy: parseHierarchy(Buffer.from(JSON.stringify(tree)), 'tree.json'),
    })
    const resolveIn = (classNames: string[], includeParts: boolean) =>
      resolveClasses(classNames, list, counts, { includeParts })
    expect(resolveIn(['wide', 'tire'], false).classes.map(({ classIds }) => classIds.length)).toEqual([
      MAX_CLASS_IDS - 1,
      1,
    ])
    const refused = [{ at: 'body.classNames', message: expect.stringContaining(String(MAX_CLASS_IDS)) }]
    expect(() => resolveIn(['wide', 'tire'], true)).toThrow(
      expect.objectContaining({ code: 'invalid-request', issues: refused }),
    )
    expect(() => resolveIn(['root'], false)).toThrow(expect.objectContaining({ code: 'invalid-request' }))
  })

  it('resolves a named group by its name, although it is not boxable', () => {
    const named = [...descriptions, { classId: '/m/0bl9f', className: 'Entity' }]
    const list = buildClassList({ descriptions: named, boxable, hierarchy })
    expect(resolveClasses(['entity'], list, counts, { includeParts: false }).classes[0]).toMatchObject({
      className: 'Entity',
    })
  })
})
