import pLimit from 'p-limit'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { createState, readState, replaceCorrupt, replaceState, type State } from '../../../platform/state/record.ts'
import { listingPages } from '../../../platform/storage/listing-pages.ts'
import { shardKey, shardsFolder } from '../folders.ts'
import { readShard, type Shard } from '../shard.ts'
import { countShards, type Work } from '../work.ts'
import { countAgain, type ReadShard } from './count-again.ts'
import { progressRef, type StoredProgress } from './progress-record.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'objects' | 'log' | 'newId' | 'now'>

/** Shards read at once. S3 serves thousands of reads a second from one prefix. */
const MAX_READS_IN_FLIGHT = 32

/** Counts are renewed with the minutes of the job, as the seconds that a view shows are. */
const REFRESH_MILLISECONDS = 60_000

/**
 * Returns counts of the shards that are at most a minute old: those that are stored, or new ones, which are then stored.
 * Only shards that have changed are read.
 * @param isForced whether the stored ones are too old also if they are of this minute
 */
export async function refreshProgress(work: Work, ports: Needs, isForced = false): Promise<StoredProgress> {
  const found = await findStored(work, ports)
  if (found.known && !isForced && isCurrent(found.known, work, ports.now())) return found.known
  const etags = await listEtags(work, ports)
  return await countAndStore(work, found, etags, listChanged(work, found.known, etags), ports)
}

/** So many shards are read for somebody who lists jobs. The message that watches a larger job counts it, too. */
export const MAX_SMALL_JOB_SHARDS = 20

/**
 * As {@link refreshProgress}, but where more shards would be read than {@link MAX_SMALL_JOB_SHARDS}, returns what is stored:
 * undefined where there is nothing.
 */
export async function refreshIfSmall(work: Work, ports: Needs): Promise<StoredProgress | undefined> {
  const found = await findStored(work, ports)
  if (found.known && isCurrent(found.known, work, ports.now())) return found.known
  // Nothing was counted yet, so each shard is read.
  if (!found.known && countShards(work) > MAX_SMALL_JOB_SHARDS) return undefined
  const etags = await listEtags(work, ports)
  const changed = listChanged(work, found.known, etags)
  return changed.length > MAX_SMALL_JOB_SHARDS ? found.known : await countAndStore(work, found, etags, changed, ports)
}

/** What is stored: the object, and the counts in it if they can be read. */
interface Stored {
  readonly found: State<StoredProgress> | CorruptStateError | undefined
  readonly known: StoredProgress | undefined
}

async function findStored(work: Work, ports: Needs): Promise<Stored> {
  const found = await readOrCorrupt(readState(progressRef(work), ports))
  return { found, known: found instanceof CorruptStateError ? undefined : found?.value }
}

async function countAndStore(
  work: Work,
  { found, known }: Stored,
  etags: Etags,
  changed: readonly number[],
  ports: Needs,
): Promise<StoredProgress> {
  const now = ports.now()
  const counted = countAgain(work, known, await readShards(work, changed, etags, ports), now)
  // A job that is being deleted has no shards any more: what is stored now would never be removed. Whoever counts at the
  // same time may be first: then theirs is stored, and both are right.
  if (etags.size > 0) await store(work, found, counted, ports)
  return counted
}

const store = (
  work: Work,
  found: State<StoredProgress> | CorruptStateError | undefined,
  counted: StoredProgress,
  ports: Needs,
): Promise<unknown> => {
  const ref = progressRef(work)
  if (!found) return createState(ref, counted, ports)
  return found instanceof CorruptStateError
    ? replaceCorrupt(ref, found, counted, ports)
    : replaceState(ref, found, counted, ports)
}

/**
 * Whether nothing can have changed, or the counts are of this minute. The counts of a job that has ended are not older than
 * its end. Pure.
 */
function isCurrent({ at, closed }: StoredProgress, work: Work, now: Date): boolean {
  const toMinute = (time: number): number => Math.floor((time - Date.parse(work.createdAt)) / REFRESH_MILLISECONDS)
  if (closed.length === countShards(work)) return true
  const isOfThisMinute = toMinute(Date.parse(at)) === toMinute(now.getTime())
  return isOfThisMinute && (!work.end || Date.parse(at) >= Date.parse(work.end.at))
}

/** The versions of shards, by key. */
type Etags = ReadonlyMap<string, string>

/** Returns the shards of which another version is known, or none. Pure. */
function listChanged(work: Work, known: StoredProgress | undefined, etags: Etags): readonly number[] {
  const closed = new Set(known?.closed)
  return Array.from({ length: countShards(work) }, (_, shard) => shard).filter((shard) => {
    const etag = etags.get(shardKey(work, shard))
    return !closed.has(shard) && (etag === undefined || etag !== known?.open[shard]?.etag)
  })
}

async function readShards(
  work: Work,
  shards: readonly number[],
  etags: Etags,
  ports: Needs,
): Promise<readonly ReadShard[]> {
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  return await Promise.all(
    shards.map((shard) =>
      limit(async () => ({
        shard,
        found: etags.has(shardKey(work, shard)) ? await read(work, shard, ports) : undefined,
      })),
    ),
  )
}

async function listEtags(work: Work, ports: Needs): Promise<Map<string, string>> {
  const etags = new Map<string, string>()
  for await (const { objects } of listingPages(ports, shardsFolder(work)))
    for (const { key, etag } of objects) etags.set(key, etag)
  return etags
}

/** Returns undefined for a shard that is missing or damaged. */
async function read(work: Work, shard: number, ports: Needs): Promise<State<Shard> | undefined> {
  const found = await readOrCorrupt(readShard(work, shard, ports))
  if (!(found instanceof CorruptStateError)) return found
  ports.log.error('state.corrupt', { key: found.key })
  return undefined
}
