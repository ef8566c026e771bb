import type { Ports } from '../../../platform/ports.ts'
import type { ObjectStore } from '../../../platform/storage/ports.ts'
import { findWork, type Work } from '../work.ts'

/**
 * Answers are acknowledged on what a function knew at most so long ago. A job that is stopped gives workers longer than that
 * before its result is written, so that no acknowledged answer is missing in it.
 */
export const MAX_KNOWN_MILLISECONDS = 60_000
/** Half of it, so that a call that takes long need not read the record again. */
const MAX_AGE_MILLISECONDS = MAX_KNOWN_MILLISECONDS / 2
const MAX_CACHED = 1000

/** The record of a job's work, as it was at some time. */
export interface KnownWork {
  readonly work: Work
  /** Milliseconds since 1970: when it was requested. */
  readonly asOf: number
}

/** One for each process, as it has one object store. */
const caches = new WeakMap<ObjectStore, Map<string, KnownWork>>()

/**
 * Returns the record of a job's work, which may be half a minute old; undefined when the engine has no such job.
 * @throws CorruptStateError
 */
export async function findKnownWork(
  job: string,
  { objects, now }: Pick<Ports, 'objects' | 'now'>,
): Promise<KnownWork | undefined> {
  const cache = caches.get(objects) ?? new Map<string, KnownWork>()
  caches.set(objects, cache)
  const key = job.toLowerCase()
  const cached = cache.get(key)
  const asOf = now().getTime()
  const age = asOf - (cached?.asOf ?? 0)
  if (cached && age >= 0 && age < MAX_AGE_MILLISECONDS) return cached
  cache.delete(key)
  const found = await findWork(job, { objects })
  if (!found) return undefined
  const [oldest] = cache.keys()
  if (cache.size >= MAX_CACHED && oldest !== undefined) cache.delete(oldest)
  const known = { work: found.value, asOf }
  cache.set(key, known)
  return known
}

/** Whether no more tasks are given out: the job was stopped, its time is over, or it has ended. Pure. */
export const isOver = ({ stop, end, deadline }: Work, now: Date): boolean =>
  stop !== undefined || end !== undefined || Date.parse(deadline) <= now.getTime()
