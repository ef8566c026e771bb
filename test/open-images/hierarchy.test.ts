import { describe, expect, it } from '@jest/globals'
import { ancestorLookup } from '../../shared/open-images/ancestors.ts'
import { findDescendants, parseHierarchy } from '../../shared/open-images/hierarchy.ts'
import { boxable, hierarchy, idOf, published } from '../support/fixtures/published.ts'

const parse = (text: string) => parseHierarchy(new TextEncoder().encode(text), 'tree.json')
const parseValue = (value: unknown) => parse(JSON.stringify(value))
const node = (id: string, Subcategory: unknown[] = [], Part: unknown[] = []) => ({
  LabelName: `/m/${id}`,
  Subcategory,
  Part,
})
const alone = { includeParts: false }
const withParts = { includeParts: true }
const namesBelow = (className: string, edges = alone) =>
  findDescendants(hierarchy, idOf(className), edges).map((id) => published.names.get(id))

describe('the published hierarchy', () => {
  it('holds the 601 boxable classes below its root', () => {
    expect([...hierarchy.keys()].sort()).toEqual(['/m/0bl9f', ...boxable.map(({ classId }) => classId)].sort())
    expect(findDescendants(hierarchy, '/m/0bl9f', alone)).toHaveLength(602)
  })

  it('has 45 classes with several parents and 38 Part edges', () => {
    const nodes = [...hierarchy.values()]
    expect(nodes.filter(({ parents }) => parents.size > 1)).toHaveLength(45)
    expect(nodes.reduce((count, { parts }) => count + parts.size, 0)).toBe(38)
  })

  it('merges the occurrences of a class: Knife is a weapon and a kitchen utensil', () => {
    const parents = [...(hierarchy.get(idOf('Knife'))?.parents ?? [])]
    expect(parents).toEqual(expect.arrayContaining([idOf('Weapon'), idOf('Kitchen utensil')]))
    for (const parent of parents) expect(findDescendants(hierarchy, parent, alone)).toContain(idOf('Knife'))
  })
})

describe('descendantsOf', () => {
  it('is the class first, then its subclasses in file order', () => {
    expect(namesBelow('Person')).toEqual(['Person', 'Man', 'Woman', 'Boy', 'Girl'])
    expect(namesBelow('Tire')).toEqual(['Tire'])
    expect(namesBelow('Bird')).toHaveLength(18)
    expect(namesBelow('Bird').slice(0, 3)).toEqual(['Bird', 'Magpie', 'Woodpecker'])
  })

  it('follows Part edges only when it is told to', () => {
    expect(namesBelow('Human body')).toEqual(['Human body'])
    expect(namesBelow('Human body', withParts)).toHaveLength(14)
    expect(namesBelow('Person', withParts)).toHaveLength(19)
    expect(namesBelow('Person', withParts).slice(0, 6)).toEqual(['Person', 'Man', 'Woman', 'Boy', 'Girl', 'Human body'])
  })

  it('goes breadth first and names each class once, however many ways lead to it', () => {
    const tree = parseValue(
      node('a', [node('b', [node('d')]), node('c', [node('d'), node('e')])], [node('p', [node('e')])]),
    )
    expect(findDescendants(tree, '/m/a', alone)).toEqual(['/m/a', '/m/b', '/m/c', '/m/d', '/m/e'])
    expect(findDescendants(tree, '/m/a', withParts)).toEqual(['/m/a', '/m/b', '/m/c', '/m/p', '/m/d', '/m/e'])
  })

  it('adds up what different occurrences of a class say', () => {
    const tree = parseValue(node('a', [node('b', [node('c')]), node('d', [node('b', [node('e')])])]))
    expect(findDescendants(tree, '/m/b', alone)).toEqual(['/m/b', '/m/c', '/m/e'])
  })

  it('ends where the file goes round in a circle', () => {
    const tree = parseValue(node('a', [node('b', [node('a'), node('b')])]))
    expect(findDescendants(tree, '/m/b', alone)).toEqual(['/m/b', '/m/a'])
    expect(ancestorLookup(tree, alone)('/m/a')).toEqual(['/m/a', '/m/b'])
  })

  it('is the class alone when the hierarchy does not hold it', () => {
    expect(findDescendants(hierarchy, '/m/zzz', withParts)).toEqual(['/m/zzz'])
  })
})

describe('ancestorLookup', () => {
  it.each([alone, withParts])('is the inverse of descendantsOf (%j)', (edges) => {
    const ancestorsOf = ancestorLookup(hierarchy, edges)
    const above = new Map([...hierarchy.keys()].map((id): [string, string[]] => [id, []]))
    for (const id of hierarchy.keys())
      for (const below of findDescendants(hierarchy, id, edges)) above.get(below)?.push(id)
    for (const [id, expected] of above) expect([...ancestorsOf(id)].sort()).toEqual(expected.sort())
  })

  it('answers twice with the same array, the class itself first', () => {
    const ancestorsOf = ancestorLookup(hierarchy, alone)
    expect(ancestorsOf(idOf('Man'))).toEqual([idOf('Man'), idOf('Person'), '/m/0bl9f'])
    expect(ancestorsOf(idOf('Man'))).toBe(ancestorsOf(idOf('Man')))
    expect(ancestorsOf('/m/zzz')).toEqual(['/m/zzz'])
  })
})

describe('parseHierarchy', () => {
  it('takes a byte order mark and classes without children', () => {
    expect([...parse('\uFEFF{"LabelName":"/m/a"}').keys()]).toEqual(['/m/a'])
  })

  it.each([
    ['an empty file', ' \n', 'tree.json: line 1, byte 0: the file is empty.'],
    [
      'a web page',
      '<html>',
      'tree.json: line 1, byte 0: this is a web page or XML, not the file itself; check its address.',
    ],
    ['a list', '[]', 'tree.json: the root must be a class.'],
    ['a name for an id', '{"LabelName":"Tire"}', 'tree.json: LabelName must be a class id such as /m/0h9mv.'],
    [
      'a class without id',
      '{"LabelName":"/m/a","Part":[{}]}',
      'tree.json: Part[0].LabelName must be a class id such as /m/0h9mv.',
    ],
    [
      'children that are no list',
      '{"LabelName":"/m/a","Subcategory":{}}',
      'tree.json: Subcategory must be a list of classes.',
    ],
    [
      'a misspelt field',
      '{"LabelName":"/m/a","Subcategory":[{"LabelName":"/m/b","subcategory":[]}]}',
      'tree.json: Subcategory[0] has a field that is none of LabelName, Subcategory, Part.',
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'bad-source', message }))
  })

  it('refuses what is no JSON, with the place', () => {
    expect(() => parse('{"LabelName":"/m/a",}')).toThrow(/^tree\.json: not JSON: .*position 20/)
  })

  it('refuses nesting without bounds', () => {
    const deep = `${'{"LabelName":"/m/a","Part":['.repeat(50_000)}${']}'.repeat(50_000)}`
    expect(() => parse(deep)).toThrow('tree.json: the hierarchy is nested more than 100 deep.')
  })
})
