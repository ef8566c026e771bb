import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../../shared/batches/create.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { readyDataset } from '../../../shared/datasets/classes/class-files.ts'
import { describeDataset } from '../../../shared/datasets/describe.ts'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import { browseClasses } from '../../../shared/open-images/browse-classes.ts'
import { resolveClasses } from '../../../shared/open-images/resolve-classes.ts'
import { drain } from '../../support/broker/drain.ts'
import {
  imageId,
  PERSON,
  REGISTRATION,
  readDatasetState,
  row,
  smallDataset,
  TIRE,
  toCsv,
} from '../../support/fixtures/small-dataset.ts'
import { memoryObject } from '../../support/world/memory-object.ts'

const UNNAMED = '/m/0zzz'
const OTHER = '/m/0zzy'
const BOXABLE = 's3://other/boxable.csv'
const NAMES = `${PERSON},Person\n${TIRE},Tire\n`
const TREE = JSON.stringify({ LabelName: '/m/0bl9f', Subcategory: [{ LabelName: PERSON }, { LabelName: TIRE }] })

let worldCount = 0

interface Files {
  readonly rows?: readonly string[]
  readonly names?: string
  readonly boxable?: string
  readonly tree?: string
}

/** Imports a dataset whose images all have a license. */
async function importFiles({ rows = [row(imageId(1), TIRE)], names = NAMES, boxable, tree = TREE }: Files) {
  const { images: _, ...sources } = REGISTRATION.sources
  const registration = {
    ...REGISTRATION,
    sources: { ...sources, ...(boxable !== undefined && { boxableClassDescriptions: BOXABLE }) },
  }
  const files = { 'boxes.csv': toCsv(...rows), 'names.csv': names, 'hierarchy.json': tree }
  const ports = await smallDataset(files, registration)
  // The files of an import are cached by its id, so the worlds must not share ids.
  worldCount += 1
  ports.world.ids = worldCount * 1_000_000
  if (boxable !== undefined) ports.world.stored.set(BOXABLE, memoryObject(boxable))
  await startImport('small', ports)
  await drain(ports)
  const { state, warnings, problem } = await describeDataset('small', readDatasetState(ports), ports)
  return { ports, state, warnings, problem }
}

/** What is found, the files, the code of the warning, and values that its message contains. */
const KINDS: [what: string, files: Files, code: string, values: string[]][] = [
  [
    'a class without a name',
    { rows: [row(imageId(1), TIRE), row(imageId(2), UNNAMED), row(imageId(3), UNNAMED)] },
    'unnamed-classes',
    [UNNAMED, '2 rows', 'line 3'],
  ],
  [
    'two classes without a name',
    { rows: [row(imageId(1), OTHER), row(imageId(2), UNNAMED)] },
    'unnamed-classes',
    [UNNAMED, OTHER, '1 row', 'line 2', 'line 3'],
  ],
  [
    'a class of the hierarchy without a name',
    { rows: [row(imageId(1), UNNAMED)], tree: TREE.replace(TIRE, UNNAMED) },
    'unnamed-classes',
    [UNNAMED],
  ],
  ['the root, which has boxes of its own', { rows: [row(imageId(1), '/m/0bl9f')] }, 'unnamed-classes', ['/m/0bl9f']],
  [
    'a class that no file names, with a file of boxable classes',
    { rows: [row(imageId(1), UNNAMED)], boxable: NAMES },
    'unnamed-classes',
    [UNNAMED],
  ],
  [
    'a named class that the file of boxable classes lacks',
    { rows: [row(imageId(1), PERSON), row(imageId(2), TIRE)], boxable: `${PERSON},Person\n` },
    'unlisted-classes',
    [TIRE, 'line 3'],
  ],
  [
    'two classes of one name',
    { names: `${PERSON},Crane\n${TIRE},Crane\n` },
    'same-named-classes',
    ['Crane', PERSON, TIRE],
  ],
  ['names that differ in case', { names: `${PERSON},crane\n${TIRE},CRANE\n` }, 'same-named-classes', [PERSON, TIRE]],
  [
    'names that differ in composition',
    { names: `${PERSON},Cafe\u0301\n${TIRE},Caf\u00e9\n` },
    'same-named-classes',
    [PERSON, TIRE],
  ],
  [
    'names that differ in spaces around them',
    { names: `${PERSON},Crane\n${TIRE},"\u00a0Crane "\n` },
    'same-named-classes',
    [PERSON, TIRE],
  ],
  [
    'a named class with boxes that has the name of a boxable one',
    { rows: [row(imageId(1), TIRE)], names: `${PERSON},Crane\n${TIRE},Crane\n`, boxable: `${PERSON},Crane\n` },
    'same-named-classes',
    [PERSON, TIRE],
  ],
]

describe('the warnings of an import', () => {
  it.each(KINDS)('name %s, with its ids', async (_, files, code, values) => {
    const { state, warnings } = await importFiles(files)
    expect(state).toBe('ready')
    const warning = warnings.find((each) => each.code === code)
    for (const value of values) expect(warning?.message).toContain(value)
  })

  it.each<[string, Files]>([
    ['names and boxes that agree', {}],
    ['a class without boxes', { names: `${NAMES}/m/0aa,Axe\n` }],
    [
      'two names of the full list that are no boxable classes',
      { names: `${NAMES}/m/0aa,Axe\n/m/0ab,Axe\n`, boxable: NAMES },
    ],
    ['a name of the full list that a boxable class has, too', { names: `${NAMES}/m/0aa,Tire\n`, boxable: NAMES }],
    ['names that contain another', { names: `${PERSON},Crane\n${TIRE},Crane (bird)\n` }],
  ])('are none for %s', async (_, files) => {
    expect(await importFiles(files)).toMatchObject({ state: 'ready', warnings: [] })
  })

  it('are none before the first import, and gone when an import finds nothing', async () => {
    const { ports, warnings } = await importFiles({ rows: [row(imageId(1), UNNAMED)] })
    expect(warnings).toHaveLength(1)
    ports.world.stored.set('s3://other/names.csv', memoryObject(`${NAMES}${UNNAMED},Axe\n`))
    expect((await describeDataset('small', { registration: REGISTRATION }, ports)).warnings).toEqual([])
    await startImport('small', ports)
    await drain(ports)
    expect((await describeDataset('small', readDatasetState(ports), ports)).warnings).toEqual([])
  })

  it('name at most fifty classes, and count the others', async () => {
    const ids = Array.from({ length: 60 }, (_, number) => `/m/0z${String(number).padStart(2, '0')}`)
    const { warnings } = await importFiles({ rows: ids.map((classId, number) => row(imageId(number + 1), classId)) })
    expect(warnings[0]?.message.match(/\/m\/0z\d\d/g)).toHaveLength(50)
    expect(warnings[0]?.message).toContain('10 more')
  })

  it.each([
    ['another name', `${NAMES}${TIRE},Wheel\n`],
    ['the same name', `${NAMES}${TIRE},Tire\n`],
  ])('do not stand for a class that is described twice, with %s: that is refused', async (_, names) => {
    const { state, problem } = await importFiles({ names })
    expect(state).toBe('failed')
    expect(problem?.detail).toContain(`class-descriptions.csv: line 3, byte ${NAMES.length}`)
  })
})

describe('a class with boxes that the class files lack', () => {
  const rows = [row(imageId(1), TIRE), row(imageId(2), UNNAMED), row(imageId(3), UNNAMED)]

  it('is listed with its counts, and resolved by its id', async () => {
    const { ports } = await importFiles({ rows })
    const { list, counts } = (await readyDataset('small', ports)).classes
    const { items } = browseClasses(list, counts, { limit: 100 })
    expect(items.reduce((sum, { ownBoxCount }) => sum + ownBoxCount, 0)).toBe(3)
    expect(items).toContainEqual(expect.objectContaining({ classId: UNNAMED, className: UNNAMED, imageCount: 2 }))
    const { classes } = resolveClasses([UNNAMED], list, counts, { includeParts: false })
    expect(classes).toMatchObject([{ classId: UNNAMED, classIds: [UNNAMED], imageCount: 2, boxCount: 2 }])
  })

  it.each(['index', 'scan'] as const)('can be requested for a batch by its id, by %s', async (strategy) => {
    const { ports } = await importFiles({ rows })
    const request = { dataset: 'small', classNames: [UNNAMED, 'Tire'], examplesPerClass: 5, strategy }
    const { state } = await createBatch('b', BatchRequest.parse(request), ports)
    expect(state.selection).toMatchObject({
      imageCount: 3,
      classes: [
        { className: UNNAMED, selected: 2 },
        { className: 'Tire', selected: 1 },
      ],
    })
  })

  it('can be requested by its name where the full list has one, but not where a boxable class has that', async () => {
    const files = { rows, names: `${NAMES}${UNNAMED},Axe\n`, boxable: NAMES }
    const resolve = async (names: string, requested: string) => {
      const { ports } = await importFiles({ ...files, names })
      const { list, counts } = (await readyDataset('small', ports)).classes
      return resolveClasses([requested], list, counts, { includeParts: false }).classes[0]?.classId
    }
    expect(await resolve(files.names, 'axe')).toBe(UNNAMED)
    expect(await resolve(`${NAMES}${UNNAMED},Tire\n`, 'tire')).toBe(TIRE)
    expect(await resolve(`${NAMES}${UNNAMED},Tire\n`, UNNAMED)).toBe(UNNAMED)
  })
})
