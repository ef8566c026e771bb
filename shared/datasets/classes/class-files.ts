import type { CurrentImport } from '../../contracts/dataset.ts'
import { AppError } from '../../contracts/errors.ts'
import { ClassCounts } from '../../open-images/class-counts.ts'
import { parseClassDescriptions } from '../../open-images/class-descriptions.ts'
import { buildClassList, type ClassList } from '../../open-images/class-list.ts'
import { parseHierarchy } from '../../open-images/hierarchy.ts'
import type { Ports } from '../../platform/ports.ts'
import { readStored } from '../../platform/storage/stored-file.ts'
import { countsKey, fileKey, type ImportSubject } from '../import/import-files.ts'
import { FILE_NAMES, type SourceName } from '../import/import-plan.ts'
import type { DatasetState } from '../state.ts'
import { assertNotDeleting, getDataset } from '../store.ts'

/** The classes of a dataset, with their counts. */
export interface DatasetClasses {
  readonly list: ClassList
  readonly counts: ClassCounts
}

/**
 * Reads the class list of an import from its stored files.
 * @param counted ids of the classes that have boxes, if they are counted already
 * @throws AppError `bad-source` with file, line and byte
 */
export async function readClassList(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects'>,
  counted: ReadonlySet<string> = new Set(),
): Promise<ClassList> {
  const read = (source: SourceName) => readStored(fileKey(subject, source, ports), ports)
  const [descriptions, boxable, hierarchy] = await Promise.all([
    read('classDescriptions'),
    read('boxableClassDescriptions'),
    read('hierarchy'),
  ])
  return buildClassList({
    descriptions: parseClassDescriptions(
      descriptions?.bytes ?? throwMissing('classDescriptions'),
      FILE_NAMES.classDescriptions,
    ),
    boxable: boxable && parseClassDescriptions(boxable.bytes, FILE_NAMES.boxableClassDescriptions),
    hierarchy: parseHierarchy(hierarchy?.bytes ?? throwMissing('hierarchy'), FILE_NAMES.hierarchy),
    counted,
  })
}

function throwMissing(source: SourceName): never {
  throw new AppError(
    'bad-source',
    `The import must contain ${FILE_NAMES[source]}, which is missing; import the dataset again.`,
  )
}

/** Cache of the latest imports, which are immutable: a warm function reads each of them once. */
const cache = new Map<string, DatasetClasses>()
const MAX_CACHED = 4

/** Reads the classes of a complete import. */
async function readClasses(subject: ImportSubject, ports: Pick<Ports, 'config' | 'objects'>): Promise<DatasetClasses> {
  const known = cache.get(subject.importId)
  if (known) return known
  const counts = await readCounts(subject, ports)
  const list = await readClassList(subject, ports, new Set(Object.keys(counts.classes)))
  const [oldest] = cache.keys()
  if (cache.size >= MAX_CACHED && oldest !== undefined) cache.delete(oldest)
  cache.set(subject.importId, { list, counts })
  return { list, counts }
}

async function readCounts(subject: ImportSubject, ports: Pick<Ports, 'config' | 'objects'>): Promise<ClassCounts> {
  const stored = await readStored(countsKey(subject, ports), ports)
  if (!stored)
    throw new AppError(
      'wrong-state',
      `The current import of "${subject.dataset}" no longer exists; import the dataset again.`,
    )
  return ClassCounts.parse(JSON.parse(Buffer.from(stored.bytes).toString('utf8')))
}

/**
 * Returns a dataset that is ready to be read, with its classes.
 * @throws AppError `not-found`; `wrong-state` when it was never imported, or is being deleted
 */
export async function readyDataset(
  dataset: string,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<{ state: DatasetState; current: CurrentImport; classes: DatasetClasses }> {
  const { value: state } = await getDataset(dataset, ports)
  assertNotDeleting(dataset, state)
  if (!state.current)
    throw new AppError('wrong-state', `"${dataset}" must be imported first: ${explainNotReady(dataset, state)}`)
  const { importId } = state.current
  return { state, current: state.current, classes: await readClasses({ dataset, importId }, ports) }
}

function explainNotReady(dataset: string, { importing, problem }: DatasetState): string {
  if (importing) return `its import is running; GET /v1/datasets/${dataset} shows the progress.`
  if (problem) return `its import failed. ${problem.detail}`
  return `POST /v1/datasets/${dataset}/import imports it.`
}
