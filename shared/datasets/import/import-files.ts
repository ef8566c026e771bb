import * as z from 'zod'
import { SubjectGoneError } from '../../platform/fan-out/job.ts'
import type { Ports } from '../../platform/ports.ts'
import { createState, readState } from '../../platform/state/record.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { openStored } from '../../platform/storage/stored-file.ts'
import { FILE_NAMES, ImportPlan, type SourceName } from './import-plan.ts'

/** One import of one dataset: the subject of an import's rounds. */
export const ImportSubject = z.object({ dataset: z.string(), importId: z.string() })
export type ImportSubject = z.infer<typeof ImportSubject>

/** Returns the key prefix of an import, with the final slash. */
export const importFolder = ({ dataset, importId }: ImportSubject, ports: Pick<Ports, 'config'>): string =>
  `${ports.config.dataPrefix}raw/${dataset}/${importId}/`

export const fileKey = (subject: ImportSubject, source: SourceName, ports: Pick<Ports, 'config'>): string =>
  importFolder(subject, ports) + FILE_NAMES[source]

export const planKey = (subject: ImportSubject, ports: Pick<Ports, 'config'>): string =>
  `${importFolder(subject, ports)}import.json`

export const indexKey = (subject: ImportSubject, ports: Pick<Ports, 'config'>): string =>
  `${importFolder(subject, ports)}annotations-bbox.index`

export const countsKey = (subject: ImportSubject, ports: Pick<Ports, 'config'>): string =>
  `${importFolder(subject, ports)}classes.json`

/** Reads the plan of an import. @throws AppError `not-found` when the import was cancelled or its dataset deleted */
export async function readPlan(subject: ImportSubject, ports: Pick<Ports, 'config' | 'objects'>): Promise<ImportPlan> {
  const plan = await readState(ports.objects, planKey(subject, ports), ImportPlan)
  if (!plan) throw new SubjectGoneError(`The import ${subject.importId} of "${subject.dataset}" no longer exists.`)
  return plan.value
}

/** `annotations-bbox.json`: size, version and content hash of the stored box CSV. */
const StoredAnnotations = z.object({ bytes: z.int(), etag: z.string(), contentHash: z.string() })
type StoredAnnotations = z.infer<typeof StoredAnnotations>

const annotationsKey = (subject: ImportSubject, ports: Pick<Ports, 'config'>): string =>
  `${importFolder(subject, ports)}annotations-bbox.json`

/** Records the stored box CSV. Idempotent. */
export const recordAnnotations = async (
  subject: ImportSubject,
  stored: StoredAnnotations,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<void> => {
  await createState(ports, annotationsKey(subject, ports), stored)
}

/** Reads the record of the stored box CSV. @throws AppError `not-found` when the import no longer exists */
export async function readAnnotations(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<StoredAnnotations> {
  const stored = await readState(ports.objects, annotationsKey(subject, ports), StoredAnnotations)
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
