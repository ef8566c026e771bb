import { describe, expect, it } from '@jest/globals'
import { ancestorLookup } from '../../shared/open-images/ancestors.ts'
import { findDescendants, parseHierarchy } from '../../shared/open-images/hierarchy.ts'
import { boxable, findId, hierarchy, published } from '../support/fixtures/published.ts'

const parse = (text: string) => parseHierarchy(new TextEncoder().encode(text), 'tree.json')
const parseValue = (value: unknown) => parse(JSON.stringify(value))
const node = (id: string, Subcategory: unknown[] = [], Part: unknown[] = []) => ({
  LabelName: `/m/${id}`,
  Subcategory,
  Part,
})
const withoutParts = { includeParts: false }
const withParts = { includeParts: true }
const namesBelow = (className: string, edges = withoutParts) =>
  findDescendants(hierarchy, findId(className), edges).map((id) => published.names.get(id))

describe('the published hierarchy', () => {
  it('contains the 601 boxable classes below its root', () => {
    expect([...hierarchy.keys()].sort()).toEqual(['/m/0bl9f', ...boxable.map(({ classId }) => classId)].sort())
    expect(findDescendants(hierarchy, '/m/0bl9f', withoutParts)).toHaveLength(602)
  })

  it('has 45 classes with several parents and 38 Part edges', () => {
    const nodes = [...hierarchy.values()]
    expect(nodes.filter(({ parents }) => parents.size > 1)).toHaveLength(45)
    expect(nodes.reduce((count, { parts }) => count + parts.size, 0)).toBe(38)
  })

  it('merges the occurrences of a class, such as Knife, a weapon and a kitchen utensil', () => {
    const parents = [...(hierarchy.get(findId('Knife'))?.parents ?? [])]
    expect(parents).toEqual(expect.arrayContaining([findId('Weapon'), findId('Kitchen utensil')]))
    for (const parent of parents) expect(findDescendants(hierarchy, parent, withoutParts)).toContain(findId('Knife'))
  })
})

describe('findDescendants', () => {
  it('returns the class first, then its subclasses in file order', () => {
    expect(namesBelow('Person')).toEqual(['Person', 'Man', 'Woman', 'Boy', 'Girl'])
    expect(namesBelow('Tire')).toEqual(['Tire'])
    expect(namesBelow('Bird')).toHaveLength(18)
    expect(namesBelow('Bird').slice(0, 3)).toEqual(['Bird', 'Magpie', 'Woodpecker'])
  })

  it('follows Part edges only with includeParts', () => {
    expect(namesBelow('Human body')).toEqual(['Human body'])
    expect(namesBelow('Human body', withParts)).toHaveLength(14)
    expect(namesBelow('Person', withParts)).toHaveLength(19)
    expect(namesBelow('Person', withParts).slice(0, 6)).toEqual(['Person', 'Man', 'Woman', 'Boy', 'Girl', 'Human body'])
  })

  it('goes breadth first and returns each class once, even if several paths lead to it', () => {
    const tree = parseValue(
      node('a', [node('b', [node('d')]), node('c', [node('d'), node('e')])], [node('p', [node('e')])]),
    )
    expect(findDescendants(tree, '/m/a', withoutParts)).toEqual(['/m/a', '/m/b', '/m/c', '/m/d', '/m/e'])
    expect(findDescendants(tree, '/m/a', withParts)).toEqual(['/m/a', '/m/b', '/m/c', '/m/p', '/m/d', '/m/e'])
  })

  it('merges the subclasses of all occurrences of a class', () => {
    const tree = parseValue(node('a', [node('b', [node('c')]), node('d', [node('b', [node('e')])])]))
    expect(findDescendants(tree, '/m/b', withoutParts)).toEqual(['/m/b', '/m/c', '/m/e'])
  })

  it('terminates on cycles', () => {
    const tree = parseValue(node('a', [node('b', [node('a'), node('b')])]))
    expect(findDescendants(tree, '/m/b', withoutParts)).toEqual(['/m/b', '/m/a'])
    expect(ancestorLookup(tree, withoutParts)('/m/a')).toEqual(['/m/a', '/m/b'])
  })

  it('returns only the class when it is not in the hierarchy', () => {
    expect(findDescendants(hierarchy, '/m/zzz', withParts)).toEqual(['/m/zzz'])
  })
})

describe('ancestorLookup', () => {
  it.each([withoutParts, withParts])('is the inverse of findDescendants (%j)', (edges) => {
    const findAncestors = ancestorLookup(hierarchy, edges)
    const above = new Map([...hierarchy.keys()].map((id): [string, string[]] => [id, []]))
    for (const id of hierarchy.keys())
      for (const below of findDescendants(hierarchy, id, edges)) above.get(below)?.push(id)
    for (const [id, expected] of above) expect([...findAncestors(id)].sort()).toEqual(expected.sort())
  })

  it('returns the class first, and the same array for each call', () => {
    const findAncestors = ancestorLookup(hierarchy, withoutParts)
    expect(findAncestors(findId('Man'))).toEqual([findId('Man'), findId('Person'), '/m/0bl9f'])
    expect(findAncestors(findId('Man'))).toBe(findAncestors(findId('Man')))
    expect(findAncestors('/m/zzz')).toEqual(['/m/zzz'])
  })
})

describe('parseHierarchy', () => {
  it('accepts a byte order mark and classes without children', () => {
    expect([...parse('\uFEFF{"LabelName":"/m/a"}').keys()]).toEqual(['/m/a'])
  })

  it.each([
    ['an empty file', ' \n', 'line 1, byte 0', 'empty'],
    ['a web page', '<html>', 'line 1, byte 0', 'web page'],
    ['a list', '[]', 'the root', 'class'],
    ['a name for an id', '{"LabelName":"Tire"}', 'LabelName', '/m/0h9mv'],
    ['a class without id', '{"LabelName":"/m/a","Part":[{}]}', 'Part[0].LabelName', '/m/0h9mv'],
    ['children that are not a list', '{"LabelName":"/m/a","Subcategory":{}}', 'Subcategory', 'list'],
    [
      'a misspelled field',
      '{"LabelName":"/m/a","Subcategory":[{"LabelName":"/m/b","subcategory":[]}]}',
      'Subcategory[0]',
      'other fields',
    ],
  ])('rejects %s', (_what, text, at, decisive) => {
    const issue = { at: `tree.json: ${at}`, message: expect.stringContaining(decisive) }
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'bad-source', issues: [issue] }))
  })

  it('rejects invalid JSON, with the position', () => {
    expect(() => parse('{"LabelName":"/m/a",}')).toThrow(/^tree\.json .*position 20/)
  })

  it('rejects nesting that is too deep', () => {
    const deep = `${'{"LabelName":"/m/a","Part":['.repeat(50_000)}${']}'.repeat(50_000)}`
    expect(() => parse(deep)).toThrow(/^tree\.json: the hierarchy .* 100 /)
  })
})
