import type { Ports } from '../../../platform/ports.ts'
import { skipCorrupt } from '../../../platform/state/corrupt-state.ts'
import { readState } from '../../../platform/state/record.ts'
import { setBounded } from '../../../platform/state/record-cache.ts'
import type { ObjectStore } from '../../../platform/storage/ports.ts'
import { addHabits, type Habits } from '../consolidation/habits.ts'
import { workFolder } from '../folders.ts'
import { progressRef, type StoredProgress } from '../progress/progress-record.ts'
import type { Work } from '../work.ts'

/** As old as the counts themselves may be. */
const MAX_AGE_MILLISECONDS = 60_000
const MAX_CACHED = 100

interface KnownProgress {
  readonly progress: StoredProgress | undefined
  /** Milliseconds since 1970. */
  readonly asOf: number
}

/** The counts of jobs, by the folder of the work. One for each process, as it has one object store. */
const caches = new WeakMap<ObjectStore, Map<string, KnownProgress>>()

/**
 * Returns how a worker draws, by the counts of the job as a function knew them a minute ago. Nothing where they cannot be
 * read.
 */
export async function findKnownHabits(
  work: Work,
  worker: string,
  ports: Pick<Ports, 'objects' | 'log' | 'now'>,
): Promise<Habits> {
  const progress = await findKnownProgress(work, ports)
  if (!progress) return {}
  const summaries = [progress.closedSum, ...Object.values(progress.open).map(({ summary }) => summary)]
  const own = summaries.flatMap(({ workers }) => (Object.hasOwn(workers, worker) ? (workers[worker]?.score ?? []) : []))
  return addHabits(own.map(({ habits }) => habits))
}

async function findKnownProgress(
  work: Work,
  ports: Pick<Ports, 'objects' | 'log' | 'now'>,
): Promise<StoredProgress | undefined> {
  const { objects, now } = ports
  const cache = caches.get(objects) ?? new Map<string, KnownProgress>()
  caches.set(objects, cache)
  const key = workFolder(work)
  const asOf = now().getTime()
  const cached = cache.get(key)
  const age = asOf - (cached?.asOf ?? 0)
  if (cached && age >= 0 && age < MAX_AGE_MILLISECONDS) return cached.progress
  const found = await skipCorrupt(readState(progressRef(work), ports), ports)
  setBounded(cache, key, { progress: found?.value, asOf }, MAX_CACHED)
  return found?.value
}
