import type { Ports } from '../../../platform/ports.ts'
import { setBounded } from '../../../platform/state/record-cache.ts'
import type { ObjectStore } from '../../../platform/storage/ports.ts'
import { isSuspended } from '../suspension/poor-workers.ts'
import { findWork, type Work } from '../work.ts'

/**
 * Answers are acknowledged on what a function knew at most so long ago. A job that is stopped gives workers longer than that
 * before its result is written, so that no acknowledged answer is missing in it.
 */
export const MAX_KNOWN_MILLISECONDS = 60_000
/** The record is read again before it is too old: other calls go on with what is known meanwhile. */
const REFRESH_MILLISECONDS = 45_000
const MAX_CACHED = 1000

/** The record of a job's work, as it was at some time. */
export interface KnownWork {
  readonly work: Work
  /** Milliseconds since 1970: when it was requested. */
  readonly asOf: number
}

interface CachedWork extends KnownWork {
  /** Whether a call is reading it again. */
  isBeingRead?: boolean
}

/** One for each process, as it has one object store. */
const caches = new WeakMap<ObjectStore, Map<string, CachedWork>>()

/**
 * Returns the record of a job's work, which may be a minute old; undefined when the engine has no such job. No call waits
 * for the request of another one, which may hang, or have been frozen with its function.
 * @throws CorruptStateError
 */
export async function findKnownWork(
  job: string,
  { objects, now }: Pick<Ports, 'objects' | 'now'>,
): Promise<KnownWork | undefined> {
  const cache = caches.get(objects) ?? new Map<string, CachedWork>()
  caches.set(objects, cache)
  const key = job.toLowerCase()
  const cached = cache.get(key)
  const asOf = now().getTime()
  const age = asOf - (cached?.asOf ?? 0)
  const maxAge = cached?.isBeingRead ? MAX_KNOWN_MILLISECONDS : REFRESH_MILLISECONDS
  if (cached && age >= 0 && age < maxAge) return cached
  if (cached) cached.isBeingRead = true
  const found = await findWork(job, { objects })
  cache.delete(key)
  if (!found) return undefined
  const known = { work: found.value, asOf }
  setBounded(cache, key, known, MAX_CACHED)
  return known
}

/** Whether a worker gets no more tasks: nobody does, or the answers of this worker are too often wrong. Pure. */
export const getsNoTasks = (work: Work, worker: string, now: Date): boolean =>
  isOver(work, now) || isSuspended(work, worker)

/** Whether no more tasks are given out: the job was stopped, its time is over, or it has ended. Pure. */
export const isOver = ({ stop, end, deadline }: Work, now: Date): boolean =>
  stop !== undefined || end !== undefined || Date.parse(deadline) <= now.getTime()
