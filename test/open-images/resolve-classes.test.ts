import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import { buildClassList } from '../../shared/open-images/class-list.ts'
import { parseHierarchy } from '../../shared/open-images/hierarchy.ts'
import { resolveClasses } from '../../shared/open-images/resolve-classes.ts'
import {
  boxable,
  countFrom,
  countsOf,
  descriptions,
  hierarchy,
  idOf,
  published,
} from '../support/fixtures/published.ts'

const counts = countsOf({ [idOf('Tire')]: countFrom(100), [idOf('Person')]: countFrom(200) })
const resolve = (names: string[], includeParts = false) => resolveClasses(names, published, counts, { includeParts })

function refusalOf(names: string[], list = published): AppError {
  try {
    resolveClasses(names, list, counts, { includeParts: false })
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('resolveClasses', () => {
  it('takes display names in any case, with blanks, and ids, in request order', () => {
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

  it('takes the boxable class where the first row of that name in the full list is another, 25 times', () => {
    const firstOf = new Map(
      descriptions.toReversed().map(({ className, classId }) => [className.toLowerCase(), classId]),
    )
    const homonyms = boxable.filter(({ className, classId }) => firstOf.get(className.toLowerCase()) !== classId)
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

  it('gives a class its subclasses and the counts of the union', () => {
    const [person] = resolve(['Person']).classes
    expect(person?.subclasses.map(({ className }) => className)).toEqual(['Man', 'Woman', 'Boy', 'Girl'])
    expect(person?.classIds).toEqual([idOf('Person'), ...person!.subclasses.map(({ classId }) => classId)])
    expect(person).toMatchObject({ imageCount: 202, boxCount: 203 })
  })

  it('adds parts, and counts with them, only on request', () => {
    const [person] = resolve(['Person'], true).classes
    expect(person?.subclasses.map(({ className }) => className)).toContain('Human face')
    expect(person).toMatchObject({ imageCount: 204, boxCount: 205 })
  })

  it('counts nothing for a class that the dataset does not hold', () => {
    expect(resolve(['Cat']).classes[0]).toMatchObject({ imageCount: 0, boxCount: 0 })
  })

  it('reports the ids that several of the classes stand for', () => {
    expect(resolve(['Man', 'Person', 'Girl', 'Tire']).sharedClassIds).toEqual([idOf('Man'), idOf('Girl')])
    expect(resolve(['Weapon', 'Kitchen utensil']).sharedClassIds).toContain(idOf('Knife'))
  })

  it('takes the root by its id: it stands for all classes', () => {
    const [root] = resolve(['/m/0bl9f']).classes
    expect(root).toMatchObject({ className: '/m/0bl9f', classId: '/m/0bl9f' })
    expect(root?.classIds).toHaveLength(602)
  })
})

describe('what resolveClasses refuses', () => {
  it('reports all bad names at once, each in its place, under the gravest code', () => {
    const { code, message, issues: faults } = refusalOf(['Tire', 'Tyre', 'Anole', 'tire', 'Fish'])
    expect(code).toBe('unknown-class')
    expect(message).toBe('3 of the 5 classes asked for cannot be used; see errors.')
    expect(faults).toEqual([
      {
        at: 'body.classNames[1]',
        message: '"Tyre" is no class of this dataset; near it: "Tire"',
        suggestions: ['Tire'],
      },
      {
        at: 'body.classNames[2]',
        message:
          '"Anole" (/m/01vqj0, /m/01x8yz) is known, but not one of the 601 classes of this dataset that have boxes',
        suggestions: [],
      },
      {
        at: 'body.classNames[3]',
        message: '"tire" is the same class as body.classNames[0], Tire (/m/0h9mv); ask for it once',
        suggestions: [],
      },
    ])
  })

  it('says of a class of the full list that it has no boxes, by name or id, with what is near', () => {
    const { code, message, issues: faults } = refusalOf(['Flying fish'])
    expect(code).toBe('class-not-boxable')
    expect(message).toMatch(/^body\.classNames\[0\]: "Flying fish" \(\/m\/\w+\) is known, but not one of the 601/)
    expect(faults[0]?.suggestions).toContain('Fish')
    expect(refusalOf(['/m/01vqj0', 'Anole', 'Tire', '/m/0h9mv']).code).toBe('class-not-boxable')
  })

  it.each([[['Tire', 'TIRE']], [['Tire', '/m/0h9mv']], [['/m/0h9mv', ' tire']]])(
    'refuses the same class twice: %j',
    (names) => {
      const { code, issues: faults } = refusalOf(names)
      expect(code).toBe('invalid-request')
      expect(faults.map(({ at }) => at)).toEqual(['body.classNames[1]'])
    },
  )

  it.each(['', ' ', '/m/zzz9', 'constructor', '__proto__'])('refuses %j', (name) => {
    expect(refusalOf([name]).code).toBe('unknown-class')
  })

  it('says where the names were given', () => {
    const bad = () => resolveClasses(['x'], published, counts, { includeParts: false, at: 'query.class' })
    expect(bad).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ at: 'query.class[0]' })] }))
  })

  it('asks for the id where two boxable classes have one name', () => {
    const twins = ['/m/a', '/m/b'].map((classId) => ({ classId, className: 'Twin' }))
    const tree = { LabelName: '/m/r', Subcategory: twins.map(({ classId }) => ({ LabelName: classId })) }
    const list = buildClassList({
      descriptions: twins,
      hierarchy: parseHierarchy(new TextEncoder().encode(JSON.stringify(tree)), 'tree.json'),
    })
    expect(refusalOf(['twin'], list)).toMatchObject({
      code: 'invalid-request',
      issues: [{ suggestions: ['/m/a', '/m/b'] }],
    })
    expect(resolveClasses(['/m/b'], list, counts, { includeParts: false }).classes[0]?.classId).toBe('/m/b')
  })

  it('takes a group with a name by its name, though it is not boxable itself', () => {
    const named = [...descriptions, { classId: '/m/0bl9f', className: 'Entity' }]
    const list = buildClassList({ descriptions: named, boxable, hierarchy })
    expect(resolveClasses(['entity'], list, counts, { includeParts: false }).classes[0]).toMatchObject({
      className: 'Entity',
    })
  })
})
