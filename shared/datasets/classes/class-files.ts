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

/** What names are resolved against: a dataset's classes, and how often each occurs. */
export interface DatasetClasses {
  readonly list: ClassList
  readonly counts: ClassCounts
}

/**
 * The class list of an import, from its stored files.
 * @param counted ids of the classes that have boxes, once they are counted
 * @throws AppError `bad-source` with file, line and byte
 */
export async function readClassList(
  subject: ImportSubject,
  ports: Ports,
  counted: ReadonlySet<string> = new Set(),
): Promise<ClassList> {
  const read = (source: SourceName) => readStored(fileKey(subject, source, ports), ports)
  const [descriptions, boxable, hierarchy] = await Promise.all([
    read('classDescriptions'),
    read('boxableClassDescriptions'),
    read('hierarchy'),
  ])
  return buildClassList({
    descriptions: parseClassDescriptions(descriptions ?? missing('classDescriptions'), FILE_NAMES.classDescriptions),
    boxable: boxable && parseClassDescriptions(boxable, FILE_NAMES.boxableClassDescriptions),
    hierarchy: parseHierarchy(hierarchy ?? missing('hierarchy'), FILE_NAMES.hierarchy),
    counted,
  })
}

function missing(source: SourceName): never {
  throw new AppError('bad-source', `${FILE_NAMES[source]} is missing from the import; import the dataset again.`)
}

/** Imports never change, so what was read of the last ones is kept: a warm function reads them once. */
const kept = new Map<string, DatasetClasses>()
const MOST_KEPT = 4

/** The classes of an import that is whole. */
async function readClasses(subject: ImportSubject, ports: Ports): Promise<DatasetClasses> {
  const known = kept.get(subject.importId)
  if (known) return known
  const counts = await readCounts(subject, ports)
  const list = await readClassList(subject, ports, new Set(Object.keys(counts.classes)))
  const [oldest] = kept.keys()
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  kept.set(subject.importId, { list, counts })
  return { list, counts }
}

async function readCounts(subject: ImportSubject, ports: Ports): Promise<ClassCounts> {
  const bytes = await readStored(countsKey(subject, ports), ports)
  if (!bytes)
    throw new AppError('wrong-state', `The import that "${subject.dataset}" was read from is gone; import it again.`)
  return ClassCounts.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
}

/** A dataset that can be read now. @throws AppError `not-found`; `wrong-state` when it was never imported, or is being deleted */
export async function readyDataset(
  dataset: string,
  ports: Ports,
): Promise<{ state: DatasetState; current: CurrentImport; classes: DatasetClasses }> {
  const { value: state } = await getDataset(dataset, ports)
  assertNotDeleting(dataset, state)
  if (!state.current) throw new AppError('wrong-state', `"${dataset}" cannot be read: ${whyNotReady(dataset, state)}`)
  const { importId } = state.current
  return { state, current: state.current, classes: await readClasses({ dataset, importId }, ports) }
}

function whyNotReady(dataset: string, { importing, problem }: DatasetState): string {
  if (importing) return `its import runs; GET /v1/datasets/${dataset} says how far it is.`
  if (problem) return `its import failed. ${problem.detail}`
  return `it was never imported; POST /v1/datasets/${dataset}/import brings it in.`
}
