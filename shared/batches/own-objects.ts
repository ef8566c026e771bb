import pLimit from 'p-limit'
import { toS3Uri } from '../contracts/s3-uri.ts'
import { isOurCopy } from '../copying/copy-image.ts'
import { type LastCopy, readTotals } from '../copying/copy-progress.ts'
import type { CopyRound } from '../copying/receipts.ts'
import { COPY_EXTENSIONS } from '../image-files/image-extension.ts'
import { findJob } from '../labeling/jobs/store.ts'
import { awaitAll } from '../platform/await-all.ts'
import type { RoundEnd } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import type { State } from '../platform/state/record.ts'
import { listingPages } from '../platform/storage/listing-pages.ts'
import type { IsOwn } from '../platform/storage/remove-own.ts'
import { findJobName, hasOwnName } from './record/own-names.ts'
import { imageLines } from './record/read-image-list.ts'
import type { BatchState, SelectionResult } from './record/state.ts'
import { batchFolder } from './record/store.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'files' | 'copier'>

const MAX_READS_IN_FLIGHT = 16
const COPY_NAME = new RegExp(`^images/[^/]+\\.(${COPY_EXTENSIONS.join('|')})$`)

/**
 * Returns a function that tells which objects in a batch's folder Groundwork wrote: what has a name of ours, the copies
 * that the image list names, and the folders of the batch's labeling jobs. A copy is recognized by its metadata when the
 * list cannot be read, or when its name alone may be that of another object, which copying reports as a conflict.
 * @param state `undefined` when it cannot be read
 * @param copy its latest round of copying, if its state can be read
 */
export async function ownObjects(
  batch: string,
  state: BatchState | undefined,
  copy: LastCopy | undefined,
  ports: Needs,
): Promise<IsOwn> {
  const copies = state?.selection && copy && (await findCopies(batch, state.selection, copy, ports))
  const jobs = new Set(state?.labelingJobs?.map(({ job }) => job))
  const isOwnJob = async (job: string): Promise<boolean> => (state ? jobs.has(job) : isJobOfBatch(job, batch, ports))
  return (name) => {
    if (hasOwnName(name)) return true
    if (name.startsWith('images/')) return copies ? copies.has(name) : isCopy(batch, name, ports)
    const job = findJobName(name)
    return job !== undefined && isOwnJob(job)
  }
}

/** Returns the names of the copies, or `undefined` when they must be looked at one by one. */
async function findCopies(
  batch: string,
  selection: SelectionResult,
  copy: LastCopy,
  ports: Needs,
): Promise<ReadonlySet<string> | undefined> {
  const [round, end] = await awaitAll([copy.round, copy.end])
  // Nothing was copied: an object of that name is somebody else's, unless it is a copy of an earlier batch.
  if (!round) return undefined
  // Only the end of a finished round says which images were conflicts.
  if (!end || end instanceof CorruptStateError || end.value.state !== 'finished') return undefined
  const [conflicts, copies] = await awaitAll([
    readOrCorrupt(findConflicts(round, end, selection, ports)),
    readOrCorrupt(listCopies(batch, selection, ports)),
  ])
  if (!conflicts || conflicts instanceof CorruptStateError || copies instanceof CorruptStateError) return undefined
  for (const imageId of conflicts) copies.delete(imageId)
  return new Set(copies.values())
}

/** Returns the images whose destination holds another object; `undefined` when not all of them are known. */
async function findConflicts(
  round: CopyRound,
  end: State<RoundEnd>,
  selection: SelectionResult,
  ports: Needs,
): Promise<readonly string[] | undefined> {
  const { conflict, failures } = await readTotals(round, end, selection, ports)
  const conflicts = failures.filter(({ outcome }) => outcome === 'conflict').map(({ imageId }) => imageId)
  return conflicts.length === conflict ? conflicts : undefined
}

/** Returns the names of the copies that the image list names, by image id. */
async function listCopies(batch: string, selection: SelectionResult, ports: Needs): Promise<Map<string, string>> {
  const folder = toS3Uri(batchFolder(batch, ports), ports)
  const names = new Map<string, string>()
  for await (const { image } of imageLines(batch, selection, ports))
    names.set(image.imageId, image.destination.slice(folder.length))
  return names
}

async function isCopy(batch: string, name: string, ports: Needs): Promise<boolean> {
  if (!COPY_NAME.test(name)) return false
  const facts = await ports.copier.describe(toS3Uri(`${batchFolder(batch, ports)}${name}`, ports))
  return typeof facts === 'object' && isOurCopy(facts)
}

/**
 * Returns the names of a batch's labeling jobs. When its state cannot be read, these are the folders with the name of a job
 * that was created for it.
 */
export async function listOwnJobs(
  batch: string,
  state: BatchState | undefined,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<readonly string[]> {
  if (state) return state.labelingJobs?.map(({ job }) => job) ?? []
  const names = new Set<string>()
  for (const folder of [batchFolder(batch, ports), `${batchFolder(batch, ports)}manifests/`])
    for await (const { folders } of listingPages(ports, folder, { folded: true }))
      for (const key of folders) names.add(key.slice(folder.length, -1))
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  const areOwn = await limit.map(names, (name) => isJobOfBatch(name, batch, ports))
  return [...names].filter((_, index) => areOwn[index])
}

/** Whether a labeling job that was created here for this batch has the name of the folder. */
async function isJobOfBatch(folder: string, batch: string, ports: Pick<Ports, 'objects'>): Promise<boolean> {
  const job = await readOrCorrupt(findJob(folder, ports))
  return job !== undefined && !(job instanceof CorruptStateError) && job.value.batch === batch
}
