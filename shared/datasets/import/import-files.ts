import * as z from 'zod'
import { SubjectGoneError } from '../../platform/fan-out/job.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { readState } from '../../platform/state/record.ts'
import { findVersion } from '../../platform/storage/stored-file.ts'
import type { DatasetState } from '../state.ts'
import { datasetRef } from '../store.ts'
import { FILE_NAMES, IMPORT_PLAN, type ImportPlan, type SourceName } from './import-plan.ts'
import { findRole, type ImportRole, isSuperseded } from './import-role.ts'

/** One import of one dataset: the subject of an import's rounds. */
export const ImportSubject = z.object({ dataset: z.string(), importId: z.string() })
export type ImportSubject = z.infer<typeof ImportSubject>

/** Names of the files that an import makes of its sources. */
export const INDEX_NAME = 'annotations-bbox.index'
export const COUNTS_NAME = 'classes.json'
export const STORED_SOURCES_NAME = 'annotations-bbox.json'
const PLAN_NAME = 'import.json'

const FILES: readonly string[] = [...Object.values(FILE_NAMES), INDEX_NAME, COUNTS_NAME, STORED_SOURCES_NAME, PLAN_NAME]

const ROUND_FILE = /^rounds\/(fetch|check)\/\d+(\.json|\/(start|\d{4})\.json)$/
const SLICE_FILE = /^slices\/\d+\/(images|lists)$/

/** Whether Groundwork writes an object of this name into an import's folder. Pure. */
export const isImportFile = (name: string): boolean =>
  FILES.includes(name) || ROUND_FILE.test(name) || SLICE_FILE.test(name)

/** Whether an object of this name shows that its folder is that of an import. Pure. */
export const isImportRecord = (name: string): boolean => name === PLAN_NAME || ROUND_FILE.test(name)

/** Returns the key prefix of an import, with the final slash. */
export const importFolder = ({ dataset, importId }: ImportSubject, ports: Pick<Ports, 'config'>): string =>
  `${ports.config.dataPrefix}raw/${dataset}/${importId}/`

export const fileKey = (subject: ImportSubject, source: SourceName, ports: Pick<Ports, 'config'>): string =>
  importFolder(subject, ports) + FILE_NAMES[source]

export const planRef = (subject: ImportSubject, ports: Pick<Ports, 'config'>) => ({
  key: importFolder(subject, ports) + PLAN_NAME,
  type: IMPORT_PLAN,
})

export const indexKey = (subject: ImportSubject, ports: Pick<Ports, 'config'>): string =>
  importFolder(subject, ports) + INDEX_NAME

export const countsKey = (subject: ImportSubject, ports: Pick<Ports, 'config'>): string =>
  importFolder(subject, ports) + COUNTS_NAME

/** What an import is to its dataset, and whether it may be removed. */
export interface ImportStanding {
  /** `lost` when the state of the dataset does not exist. */
  readonly role: ImportRole | 'lost'
  readonly state: DatasetState | undefined
  readonly isSuperseded: boolean
}

/** Reads what an import is to its dataset. @throws CorruptStateError when the state of the dataset is corrupt */
export async function readStanding(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<ImportStanding> {
  // The catalog does not count: a dataset of it that has an import has a stored state.
  const state = (await readState(datasetRef(subject.dataset, ports), ports))?.value
  const hasPlan = state === undefined && (await hasObject(planRef(subject, ports).key, ports))
  return {
    role: state ? findRole(subject.importId, state) : 'lost',
    state,
    isSuperseded: isSuperseded(subject.importId, state, hasPlan),
  }
}

const hasObject = async (key: string, ports: Pick<Ports, 'objects'>): Promise<boolean> =>
  (await findVersion(key, ports)) !== undefined

/**
 * Returns the error for an object of an import that does not exist: `SubjectGoneError` when the import is gone,
 * `CorruptStateError` when only the object is.
 */
export async function toMissingError(
  subject: ImportSubject,
  key: string,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<SubjectGoneError | CorruptStateError> {
  const { isSuperseded } = await readStanding(subject, ports)
  return isSuperseded
    ? new SubjectGoneError(`The import ${subject.importId} of "${subject.dataset}" no longer exists.`)
    : new CorruptStateError(key, undefined, 'it does not exist')
}

/**
 * Reads the plan of an import.
 * @throws SubjectGoneError when the import was cancelled or its dataset deleted; CorruptStateError
 */
export async function readPlan(subject: ImportSubject, ports: Pick<Ports, 'config' | 'objects'>): Promise<ImportPlan> {
  const ref = planRef(subject, ports)
  const plan = await readState(ref, ports)
  if (!plan) throw await toMissingError(subject, ref.key, ports)
  return plan.value
}

/** Aborts the open uploads of a plan. */
export async function abortUploads(
  subject: ImportSubject,
  { files }: ImportPlan,
  ports: Pick<Ports, 'config' | 'uploads'>,
): Promise<void> {
  for (const { source, uploadId } of files)
    if (uploadId !== undefined) await ports.uploads.abort(fileKey(subject, source, ports), uploadId)
}
