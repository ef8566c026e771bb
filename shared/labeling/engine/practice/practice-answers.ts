import type { Ports } from '../../../platform/ports.ts'
import { setBounded } from '../../../platform/state/record-cache.ts'
import { listingPages } from '../../../platform/storage/listing-pages.ts'
import type { ObjectStore } from '../../../platform/storage/ports.ts'
import { ANSWER, type StoredAnswer } from '../answer.ts'
import { practiceFolder, type WorkId } from '../folders.ts'

/** `practice/<worker>/<line>.json`: a worker's answer to a practice image. */
export const practiceAnswerRef = (work: WorkId, worker: string, line: number) => ({
  key: `${practiceFolder(work, worker)}${line}.json`,
  type: ANSWER,
  isOwn: (answer: StoredAnswer) => answer.worker === worker && answer.line === line,
})

/** Lists the lines of the practice images that a worker has answered: one request. */
export async function listPracticed(
  work: WorkId,
  worker: string,
  ports: Pick<Ports, 'objects'>,
): Promise<ReadonlySet<number>> {
  const folder = practiceFolder(work, worker)
  const lines = new Set<number>()
  for await (const { objects } of listingPages(ports, folder))
    for (const { key } of objects) {
      const [, line] = /^([1-9]\d{0,5})\.json$/.exec(key.slice(folder.length)) ?? []
      if (line !== undefined) lines.add(Number(line))
    }
  return lines
}

/** Workers of jobs who are known to have practiced. */
const MAX_WORKERS = 10_000

/** One for each process, as it has one object store. Answers are never removed while a job runs. */
const caches = new WeakMap<ObjectStore, Map<string, true>>()

/** Whether a worker is known to have answered all practice images. */
export const hasPracticed = (work: WorkId, worker: string, { objects }: Pick<Ports, 'objects'>): boolean =>
  caches.get(objects)?.has(practiceFolder(work, worker)) ?? false

/** Remembers that a worker has answered all practice images. */
export function rememberPracticed(work: WorkId, worker: string, { objects }: Pick<Ports, 'objects'>): void {
  const cache = caches.get(objects) ?? new Map<string, true>()
  caches.set(objects, cache)
  setBounded(cache, practiceFolder(work, worker), true, MAX_WORKERS)
}
