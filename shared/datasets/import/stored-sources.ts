import * as z from 'zod'
import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt, skipCorrupt } from '../../platform/state/corrupt-state.ts'
import { createState, readState, replaceState, type State } from '../../platform/state/record.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedObject } from '../../platform/state/stored-schema.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { openPinned, PinnedFile } from '../../platform/storage/pinned-file.ts'
import { openStored } from '../../platform/storage/stored-file.ts'
import { describeFetched, type FetchedFile, type FetchTotals, fetchEndKey, readFetchTotals } from './fetch-round.ts'
import {
  fileKey,
  type ImportSubject,
  importFolder,
  planRef,
  STORED_SOURCES_NAME,
  toMissingError,
} from './import-files.ts'
import { chunkCount, FILE_NAMES, type ImportPlan, type SourceName } from './import-plan.ts'

/** `annotations-bbox.json`: size, version and content hash of the stored box CSV, and the same of all source files. */
const StoredSources = storedObject({
  bytes: z.int(),
  etag: z.string(),
  contentHash: z.string(),
  /** Absent if an older version wrote it. */
  files: z.array(PinnedFile).optional(),
})
export type StoredSources = z.infer<typeof StoredSources>

const STORED_SOURCES = recordType('the record of the source files', StoredSources)

type Reading = Pick<Ports, 'config' | 'objects' | 'files'>
type Needs = Pick<Ports, 'config' | 'objects' | 'files' | 'newId' | 'log'>

const sourcesRef = (subject: ImportSubject, ports: Pick<Ports, 'config'>) => ({
  key: importFolder(subject, ports) + STORED_SOURCES_NAME,
  type: STORED_SOURCES,
})

/** Never the ETag of an object: the content is compared instead. */
const UNKNOWN_ETAG = '"unknown"'

/**
 * Records the stored source files. Idempotent.
 * @param etags of files that were just stored, by source
 * @throws CorruptStateError when a file is not as it was fetched
 */
export async function recordSources(
  subject: ImportSubject,
  plan: ImportPlan,
  totals: FetchTotals,
  etags: ReadonlyMap<SourceName, string>,
  ports: Needs,
): Promise<StoredSources> {
  const stored = await describeSources(subject, plan, totals, etags, ports)
  await createState(sourcesRef(subject, ports), stored, ports)
  return stored
}

/**
 * Reads the record of the stored source files. One that was lost or damaged is written again from what was fetched.
 * @throws SubjectGoneError when the import no longer exists; CorruptStateError
 */
export async function readSources(subject: ImportSubject, ports: Needs): Promise<StoredSources> {
  const ref = sourcesRef(subject, ports)
  const found = await readOrCorrupt(readState(ref, ports))
  if (found && !(found instanceof CorruptStateError)) return found.value
  const [plan, totals] = await Promise.all([
    skipCorrupt(readState(planRef(subject, ports), ports), ports),
    skipCorrupt(readFetchTotals(subject, ports), ports),
  ])
  if (!plan || !totals) throw found ?? (await toMissingError(subject, ref.key, ports))
  const stored = await describeSources(subject, plan.value, totals, new Map(), ports)
  const damaged: Pick<State<unknown>, 'etag'> | undefined = found?.etag === undefined ? undefined : { etag: found.etag }
  await (damaged ? replaceState(ref, damaged, stored, ports) : createState(ref, stored, ports))
  return stored
}

/**
 * Reads which source files a complete import has; `undefined` if an older version made it.
 * @throws CorruptStateError when the record is missing or damaged
 */
export async function readSourceFiles(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<readonly PinnedFile[] | undefined> {
  const ref = sourcesRef(subject, ports)
  const found = await readState(ref, ports)
  if (!found) throw new CorruptStateError(ref.key, undefined, 'it does not exist')
  return found.value.files
}

/** Opens the recorded version of the stored box CSV for range reads. @throws CorruptStateError, also from its reads */
export async function openAnnotations(
  subject: ImportSubject,
  { bytes, etag, contentHash }: StoredSources,
  ports: Reading,
): Promise<ByteSource> {
  const pinned = { name: FILE_NAMES.annotations, bytes, etag, contentHash }
  return openSource(fileKey(subject, 'annotations', ports), pinned, ports)
}

/** Opens the recorded version of the stored image list in the same way. */
export function openImages(subject: ImportSubject, { files }: StoredSources, ports: Reading): Promise<ByteSource> {
  const key = fileKey(subject, 'images', ports)
  const pinned = files?.find(({ name }) => name === FILE_NAMES.images)
  if (!pinned) throw new CorruptStateError(sourcesRef(subject, ports).key, undefined, 'it has no image list')
  return openSource(key, pinned, ports)
}

/** Opens a pinned file whose reads, too, tell when it was damaged. */
export async function openSource(key: string, pinned: PinnedFile, ports: Reading): Promise<ByteSource> {
  const source = await openPinned(key, pinned, ports)
  return {
    ...source,
    read: (start, end) => source.read(start, end).catch((error: unknown) => throwDamaged(key, error)),
  }
}

function throwDamaged(key: string, error: unknown): never {
  if (!(error instanceof AppError) || (error.code !== 'bad-source' && error.code !== 'source-changed')) throw error
  throw new CorruptStateError(key, undefined, 'it was replaced or removed')
}

async function describeSources(
  subject: ImportSubject,
  { files }: ImportPlan,
  totals: FetchTotals,
  etags: ReadonlyMap<SourceName, string>,
  ports: Reading,
): Promise<StoredSources> {
  if (totals.blocks.length !== chunkCount({ files }))
    throw new CorruptStateError(fetchEndKey(subject, ports), undefined, 'it does not have all parts')
  const pins = await Promise.all(
    files.map((file) => {
      const fetched = describeFetched(totals, file)
      return pinSource(subject, file.source, { ...fetched, etag: fetched.etag ?? etags.get(file.source) }, ports)
    }),
  )
  const annotations = pins.find(({ name }) => name === FILE_NAMES.annotations)
  if (!annotations) throw new CorruptStateError(planRef(subject, ports).key, undefined, 'it lists no box file')
  const { name: _, ...boxes } = annotations
  return { ...boxes, files: pins }
}

/** Checks a stored file against what was fetched. Its content is hashed only if its ETag is unknown or another one. */
async function pinSource(
  subject: ImportSubject,
  source: SourceName,
  { contentHash, size, etag = UNKNOWN_ETAG }: FetchedFile,
  ports: Reading,
): Promise<PinnedFile> {
  const key = fileKey(subject, source, ports)
  const bytes = size ?? (await openStored(key, ports)).size
  const opened = await openPinned(key, { name: FILE_NAMES[source], bytes, etag, contentHash }, ports)
  return { name: FILE_NAMES[source], bytes, etag: opened.etag, contentHash }
}
