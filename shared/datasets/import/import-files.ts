import * as z from 'zod'
import { SubjectGoneError } from '../../platform/fan-out/job.ts'
import type { Ports } from '../../platform/ports.ts'
import { createState, readState } from '../../platform/state/record.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedObject } from '../../platform/state/stored-schema.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { openStored } from '../../platform/storage/stored-file.ts'
import { FILE_NAMES, IMPORT_PLAN, type ImportPlan, type SourceName } from './import-plan.ts'

/** One import of one dataset: the subject of an import's rounds. */
export const ImportSubject = z.object({ dataset: z.string(), importId: z.string() })
export type ImportSubject = z.infer<typeof ImportSubject>

/** Returns the key prefix of an import, with the final slash. */
export const importFolder = ({ dataset, importId }: ImportSubject, ports: Pick<Ports, 'config'>): string =>
  `${ports.config.dataPrefix}raw/${dataset}/${importId}/`

export const fileKey = (subject: ImportSubject, source: SourceName, ports: Pick<Ports, 'config'>): string =>
  importFolder(subject, ports) + FILE_NAMES[source]

export const planRef = (subject: ImportSubject, ports: Pick<Ports, 'config'>) => ({
  key: `${importFolder(subject, ports)}import.json`,
  type: IMPORT_PLAN,
})

export const indexKey = (subject: ImportSubject, ports: Pick<Ports, 'config'>): string =>
  `${importFolder(subject, ports)}annotations-bbox.index`

export const countsKey = (subject: ImportSubject, ports: Pick<Ports, 'config'>): string =>
  `${importFolder(subject, ports)}classes.json`

/** Reads the plan of an import. @throws AppError `not-found` when the import was cancelled or its dataset deleted */
export async function readPlan(subject: ImportSubject, ports: Pick<Ports, 'config' | 'objects'>): Promise<ImportPlan> {
  const plan = await readState(planRef(subject, ports), ports)
  if (!plan) throw new SubjectGoneError(`The import ${subject.importId} of "${subject.dataset}" no longer exists.`)
  return plan.value
}

/** `annotations-bbox.json`: size, version and content hash of the stored box CSV. */
const StoredAnnotations = storedObject({ bytes: z.int(), etag: z.string(), contentHash: z.string() })
type StoredAnnotations = z.infer<typeof StoredAnnotations>
const STORED_ANNOTATIONS = recordType('the record of a box file', StoredAnnotations)

const annotationsRef = (subject: ImportSubject, ports: Pick<Ports, 'config'>) => ({
  key: `${importFolder(subject, ports)}annotations-bbox.json`,
  type: STORED_ANNOTATIONS,
})

/** Records the stored box CSV. Idempotent. */
export const recordAnnotations = async (
  subject: ImportSubject,
  stored: StoredAnnotations,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<void> => {
  await createState(annotationsRef(subject, ports), stored, ports)
}

/** Reads the record of the stored box CSV. @throws AppError `not-found` when the import no longer exists */
export async function readAnnotations(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<StoredAnnotations> {
  const stored = await readState(annotationsRef(subject, ports), ports)
  if (!stored) throw new SubjectGoneError(`The import ${subject.importId} of "${subject.dataset}" no longer exists.`)
  return stored.value
}

/** Opens the recorded version of the stored box CSV for range reads. */
export async function openAnnotations(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<ByteSource> {
  const { etag } = await readAnnotations(subject, ports)
  return openStored(fileKey(subject, 'annotations', ports), ports, etag)
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
