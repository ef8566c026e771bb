import { describe, expect, it } from '@jest/globals'
import { describeDataset } from '../../../shared/datasets/describe.ts'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import { IMPORT_LIMITS } from '../../../shared/open-images/class-limits.ts'
import { buildClassList } from '../../../shared/open-images/class-list.ts'
import { type Hierarchy, parseHierarchy } from '../../../shared/open-images/hierarchy.ts'
import { drain } from '../../support/broker/drain.ts'
import {
  imageId,
  REGISTRATION,
  readDatasetState,
  row,
  smallDataset,
  TIRE,
  toCsv,
} from '../../support/fixtures/small-dataset.ts'

const { ancestors, ancestorSteps, classes, hierarchyEntries, lineBytes, nameCharacters } = IMPORT_LIMITS
const range = (count: number): number[] => [...Array(count).keys()]
const id = (number: number): string => `/m/${number.toString(36)}`

interface Files {
  readonly names?: string
  readonly tree?: unknown
  readonly rows?: readonly string[]
}

const NAMES = `${TIRE},Tire\n`
const treeOf = (children: readonly unknown[]) => ({
  LabelName: '/m/0bl9f',
  Subcategory: [{ LabelName: TIRE }, ...children],
})
const pair = (parent: string, child: string) => ({ LabelName: parent, Subcategory: [{ LabelName: child }] })

/** So many classes, each a subclass of the one before, written without nesting. The first one is below the root. */
const chain = (count: number) => treeOf(range(count - 1).map((at) => pair(id(at), id(at + 1))))

/** So many classes that are all subclasses of each other, and so many below the last of them. */
const tangle = (knots: number, leaves: number) =>
  treeOf([
    ...range(knots).map((at) => ({
      LabelName: id(at),
      Part: range(knots)
        .filter((other) => other !== at)
        .map((other) => ({ LabelName: id(other) })),
    })),
    { LabelName: id(0), Subcategory: range(leaves).map((at) => ({ LabelName: id(1000 + at) })) },
  ])

const nameList = (count: number): string =>
  range(count)
    .map((at) => `${id(at)},Class ${at}\n`)
    .join('')

/** Imports these files, with an empty list of images. */
async function importFiles({ names = NAMES, tree = treeOf([]), rows = [row(imageId(1), TIRE)] }: Files) {
  const { images: _, ...sources } = REGISTRATION.sources
  const files = { 'boxes.csv': toCsv(...rows), 'names.csv': names, 'hierarchy.json': JSON.stringify(tree) }
  const ports = await smallDataset(files, { ...REGISTRATION, sources })
  await startImport('small', ports)
  await drain(ports)
  const { state, problem, imageCount } = await describeDataset('small', readDatasetState(ports), ports)
  return { state, problem, imageCount }
}

/** What is limited, the files at the limit, those just beyond, and what the problem of these names. */
const KINDS: readonly (readonly [what: string, within: Files, beyond: Files, named: readonly string[]])[] = [
  [
    'the length of a name',
    { names: `${TIRE},${'x'.repeat(nameCharacters)}\n` },
    { names: `${NAMES}${id(1)},${'x'.repeat(nameCharacters + 1)}\n` },
    ['class-descriptions.csv', 'line 2', id(1), String(nameCharacters)],
  ],
  [
    'the length of a line of names',
    { names: `${NAMES}${id(1)},${'One'.padStart(lineBytes - 5)}\n` },
    { names: `${NAMES}${id(1)}${','.repeat(lineBytes)}\n` },
    ['class-descriptions.csv', 'line 2', String(lineBytes)],
  ],
  [
    'the number of named classes',
    { names: `${NAMES}${nameList(classes - 1)}` },
    { names: `${NAMES}${nameList(classes)}` },
    ['class-descriptions.csv', `line ${classes + 1}`, String(classes)],
  ],
  [
    'the classes of the hierarchy',
    { tree: treeOf(range(classes - 2).map((at) => ({ LabelName: id(at) }))) },
    { tree: treeOf(range(classes - 1).map((at) => ({ LabelName: id(at) }))) },
    ['labels-hierarchy.json', String(classes)],
  ],
  [
    'the entries of the hierarchy',
    { tree: treeOf(range(hierarchyEntries - 2).map((at) => ({ LabelName: id(at % 100) }))) },
    { tree: treeOf(range(hierarchyEntries - 1).map((at) => ({ LabelName: id(at % 100) }))) },
    ['labels-hierarchy.json', String(hierarchyEntries)],
  ],
  [
    'the ancestors of a class',
    // All but the root are below the root.
    { tree: chain(ancestors) },
    { tree: chain(ancestors + 1) },
    ['labels-hierarchy.json', id(ancestors), String(ancestors)],
  ],
  [
    'the relations that lead to ancestors',
    { tree: tangle(60, 500) },
    { tree: tangle(60, 800) },
    ['labels-hierarchy.json', String(ancestorSteps)],
  ],
  [
    'the classes of boxes',
    { rows: range(classes).map((at) => row(imageId(1 + at), at === 0 ? TIRE : id(at))) },
    { rows: range(classes + 1).map((at) => row(imageId(1 + at), at === 0 ? TIRE : id(at))) },
    ['annotations-bbox.csv', `line ${classes + 2}`, String(classes)],
  ],
]

describe('an import limits', () => {
  it.each(KINDS)('%s', async (_, within, beyond, named) => {
    expect(await importFiles(within)).toMatchObject({ state: 'ready', problem: undefined })
    const { state, problem, imageCount } = await importFiles(beyond)
    expect([state, problem?.code, imageCount]).toEqual(['failed', 'bad-source', undefined])
    for (const value of named) expect(problem?.detail).toContain(value)
  })

  it('a hierarchy that is a chain of thousands of classes', async () => {
    const { state, problem } = await importFiles({ tree: chain(10_000) })
    expect([state, problem?.code]).toEqual(['failed', 'bad-source'])
    expect(problem?.detail).toContain('labels-hierarchy.json')
  })
})

describe('the classes of a dataset that an earlier version imported', () => {
  /** Counts how often the relations of a class are looked up. */
  class CountedHierarchy extends Map<string, never> {
    lookUps = 0
    override get(classId: string) {
      this.lookUps += 1
      return super.get(classId)
    }
  }

  it('are read with one look at each class, although the hierarchy is a chain of thousands', () => {
    const length = 10_000
    const hierarchy = parseHierarchy(Buffer.from(JSON.stringify(chain(length))), 'tree.json')
    const counted = new CountedHierarchy([...hierarchy] as [string, never][])
    const last = { classId: id(length - 1), className: 'The last' }
    const list = buildClassList({ descriptions: [last], boxable: [last], hierarchy: counted as Hierarchy })
    // All of its ancestors are groups, and so is the root.
    expect(list.byId.size).toBe(length + 1)
    expect(counted.lookUps).toBeLessThan(2 * length)
  })
})
