import * as z from 'zod'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { createState, readState, replaceState } from '../../../platform/state/record.ts'
import { recordType } from '../../../platform/state/record-type.ts'
import { storedObject } from '../../../platform/state/stored-schema.ts'
import type { ObjectStore } from '../../../platform/storage/ports.ts'
import { openKey } from '../folders.ts'

/** `open.json`: which shards have nothing to give. A hint that saves reads; a wrong one costs some. */
const FullShards = storedObject({
  workId: z.string(),
  /** By shard number: until when (milliseconds since 1970) all its lines are with workers; 0 for good. */
  full: z.record(z.string(), z.number()),
})
type FullShards = z.infer<typeof FullShards>

export const FULL_SHARDS = recordType('the list of full shards', FullShards)

/** Nothing is to be had from this shard any more. */
export const FOR_GOOD = 0

const MAX_AGE_MILLISECONDS = 30_000

/** What is known of the shards of a job. */
export interface ShardHint {
  /** By shard number: until when it is full; {@link FOR_GOOD}. */
  readonly full: ReadonlyMap<number, number>
  /** The work that it is about, and the version to replace; undefined where there is none. */
  readonly workId: string | undefined
  readonly etag: string | undefined
  readonly asOf: number
}

const caches = new WeakMap<ObjectStore, Map<string, ShardHint>>()

/** Returns which shards are full, as known at most half a minute ago. One that cannot be read tells nothing. */
export async function readHint(job: string, ports: Pick<Ports, 'objects' | 'now' | 'log'>): Promise<ShardHint> {
  const { objects, now } = ports
  const cache = caches.get(objects) ?? new Map<string, ShardHint>()
  caches.set(objects, cache)
  const asOf = now().getTime()
  const cached = cache.get(job.toLowerCase())
  if (cached && asOf - cached.asOf >= 0 && asOf - cached.asOf < MAX_AGE_MILLISECONDS) return cached
  const found = await readOrCorrupt(readState({ key: openKey(job), type: FULL_SHARDS }, ports))
  if (found instanceof CorruptStateError) ports.log.error('state.corrupt', { key: found.key })
  const value = found instanceof CorruptStateError ? undefined : found?.value
  const hint: ShardHint = { full: toFull(value), workId: value?.workId, etag: found?.etag, asOf }
  cache.set(job.toLowerCase(), hint)
  return hint
}

const toFull = (value: FullShards | undefined): Map<number, number> =>
  new Map(Object.entries(value?.full ?? {}).map(([shard, until]) => [Number(shard), until]))

/**
 * Adds what was seen of some shards to the hint. Another writer may be faster: then it is left to the next one who sees the
 * same. Shards that have room again are forgotten by their time.
 */
export async function updateHint(
  { job, workId }: { readonly job: string; readonly workId: string },
  { workId: knownId, etag, full, asOf }: ShardHint,
  seen: ReadonlyMap<number, number>,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<void> {
  const known = knownId === workId ? full : new Map<number, number>()
  if ([...seen].every(([shard, until]) => known.get(shard) === until)) return
  const next = new Map([...known, ...seen])
  const value: FullShards = { workId, full: Object.fromEntries(next) }
  const ref = { key: openKey(job), type: FULL_SHARDS }
  const written = await (etag === undefined
    ? createState(ref, value, ports)
    : replaceState(ref, { etag }, value, ports))
  const cache = caches.get(ports.objects)
  if (written) cache?.set(job.toLowerCase(), { full: next, workId, etag: written.etag, asOf })
  else cache?.delete(job.toLowerCase())
}

/** Whether a shard may have lines for somebody, by the hint. Pure. */
export function mayHaveRoom(hint: Pick<ShardHint, 'full'>, shard: number, now: Date): boolean {
  const until = hint.full.get(shard)
  return until === undefined || (until !== FOR_GOOD && until <= now.getTime())
}
