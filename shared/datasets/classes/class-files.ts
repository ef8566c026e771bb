import { AppError } from '../../contracts/errors.ts'
import { ClassCounts } from '../../open-images/class-counts.ts'
import { parseClassDescriptions } from '../../open-images/class-descriptions.ts'
import type { ClassLimits } from '../../open-images/class-limits.ts'
import { buildClassList, type ClassList } from '../../open-images/class-list.ts'
import { parseHierarchy } from '../../open-images/hierarchy.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { decodeRecord, recordType } from '../../platform/state/record-type.ts'
import { type PinnedFile, readPinned } from '../../platform/storage/pinned-file.ts'
import { readStored } from '../../platform/storage/stored-file.ts'
import { COUNTS_NAME, countsKey, fileKey, type ImportSubject, importFolder } from '../import/import-files.ts'
import { FILE_NAMES, type SourceName } from '../import/import-plan.ts'
import type { CurrentImportState, DatasetState } from '../state.ts'
import { assertNotDeleting, getDataset } from '../store.ts'

const CLASS_COUNTS = recordType('the class counts of an import', ClassCounts)

/** The classes of a dataset, with their counts. */
export interface DatasetClasses {
  readonly list: ClassList
  readonly counts: ClassCounts
}

type Needs = Pick<Ports, 'config' | 'objects'>

/**
 * Reads the class list of an import from its stored files.
 * @param files as the record of the import has them; `undefined` if an older version wrote it, and then nothing is checked
 * @param options.counted ids of the classes that have boxes, if they are counted already
 * @param options.limits of an import
 * @throws AppError `bad-source` with file, line and byte; CorruptStateError when a file is missing or damaged
 */
export async function readClassList(
  subject: ImportSubject,
  files: readonly PinnedFile[] | undefined,
  ports: Needs,
  options: { readonly counted?: ReadonlySet<string>; readonly limits?: ClassLimits } = {},
): Promise<ClassList> {
  return parseClassFiles(await readClassFiles(subject, files, ports), options)
}

/** The stored files that a class list is made of. */
interface ClassFiles {
  readonly descriptions: Uint8Array
  readonly boxable: Uint8Array | undefined
  readonly hierarchy: Uint8Array
}

async function readClassFiles(
  subject: ImportSubject,
  files: readonly PinnedFile[] | undefined,
  ports: Needs,
): Promise<ClassFiles> {
  const read = (source: SourceName) => readFile(importFolder(subject, ports), FILE_NAMES[source], files, ports)
  const [descriptions, boxable, hierarchy] = await Promise.all([
    read('classDescriptions'),
    read('boxableClassDescriptions'),
    read('hierarchy'),
  ])
  return {
    descriptions: descriptions ?? throwMissing(fileKey(subject, 'classDescriptions', ports)),
    boxable,
    hierarchy: hierarchy ?? throwMissing(fileKey(subject, 'hierarchy', ports)),
  }
}

/** Reads a file of an import; `undefined` if the import has none. @throws CorruptStateError when it is damaged */
async function readFile(
  folder: string,
  name: string,
  files: readonly PinnedFile[] | undefined,
  ports: Needs,
): Promise<Uint8Array | undefined> {
  if (!files) return (await readStored(folder + name, ports))?.bytes
  const pinned = files.find((file) => file.name === name)
  return pinned && readPinned(folder + name, pinned, ports)
}

const throwMissing = (key: string): never => {
  throw new CorruptStateError(key, undefined, 'it does not exist')
}

/** Parses the files of a class list. Pure. @throws AppError `bad-source` */
const parseClassFiles = (
  { descriptions, boxable, hierarchy }: ClassFiles,
  { counted, limits }: { readonly counted?: ReadonlySet<string>; readonly limits?: ClassLimits },
): ClassList =>
  buildClassList({
    descriptions: parseClassDescriptions(descriptions, FILE_NAMES.classDescriptions, limits),
    boxable: boxable && parseClassDescriptions(boxable, FILE_NAMES.boxableClassDescriptions, limits),
    hierarchy: parseHierarchy(hierarchy, FILE_NAMES.hierarchy, limits),
    ...(counted && { counted }),
  })

/** Cache of the latest imports, which are immutable: a warm function reads each of them once. */
const cache = new Map<string, DatasetClasses>()
const MAX_CACHED = 4

/** Reads the classes of a complete import. @throws CorruptStateError when one of its files is missing or damaged */
async function readClasses(
  dataset: string,
  { importId, files }: CurrentImportState,
  ports: Needs,
): Promise<DatasetClasses> {
  const known = cache.get(importId)
  if (known) return known
  const subject: ImportSubject = { dataset, importId }
  const [counts, classFiles] = await Promise.all([
    readCounts(subject, files, ports),
    readClassFiles(subject, files, ports),
  ])
  const list = parseClassFiles(classFiles, { counted: findOwnIds(counts) })
  const [oldest] = cache.keys()
  if (cache.size >= MAX_CACHED && oldest !== undefined) cache.delete(oldest)
  cache.set(importId, { list, counts })
  return { list, counts }
}

/** Returns the ids of the classes that have boxes of their own, and not only by a subclass or part. Pure. */
const findOwnIds = ({ classes }: ClassCounts): Set<string> =>
  new Set(Object.keys(classes).filter((classId) => (classes[classId]?.images ?? 0) > 0))

async function readCounts(
  subject: ImportSubject,
  files: readonly PinnedFile[] | undefined,
  ports: Needs,
): Promise<ClassCounts> {
  const key = countsKey(subject, ports)
  const bytes = (await readFile(importFolder(subject, ports), COUNTS_NAME, files, ports)) ?? throwMissing(key)
  return decodeRecord({ key, type: CLASS_COUNTS }, { bytes, etag: '' })
}

/**
 * Returns a dataset that is ready to be read, with its classes.
 * @throws AppError `not-found`; `wrong-state` when it was never imported, or is being deleted; CorruptStateError
 */
export async function readyDataset(
  dataset: string,
  ports: Needs,
): Promise<{ state: DatasetState; current: CurrentImportState; classes: DatasetClasses }> {
  const { state, current } = await readReady(dataset, ports)
  const classes = await readOrCorrupt(readClasses(dataset, current, ports))
  if (!(classes instanceof CorruptStateError)) return { state, current, classes }
  // The dataset may have been deleted after its state was read.
  await readReady(dataset, ports)
  throw classes
}

/** Reads a dataset that has a current import. @throws as {@link readyDataset} does */
async function readReady(dataset: string, ports: Needs): Promise<{ state: DatasetState; current: CurrentImportState }> {
  const { value: state } = await getDataset(dataset, ports)
  assertNotDeleting(dataset, state)
  if (!state.current)
    throw new AppError('wrong-state', `"${dataset}" must be imported first: ${explainNotReady(dataset, state)}`)
  return { state, current: state.current }
}

function explainNotReady(dataset: string, { importing, problem }: DatasetState): string {
  if (importing) return `its import is running; GET /v1/datasets/${dataset} shows the progress.`
  if (problem) return `its import failed. ${problem.detail}`
  return `POST /v1/datasets/${dataset}/import imports it.`
}
