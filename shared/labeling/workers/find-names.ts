import { WorkerName } from '../../contracts/worker.ts'
import type { Ports } from '../../platform/ports.ts'
import { skipCorrupt } from '../../platform/state/corrupt-state.ts'
import { toRecordNames } from '../../platform/storage/list-names.ts'
import { listingPages } from '../../platform/storage/listing-pages.ts'
import { workerPseudonym } from './pseudonym.ts'
import type { WorkerState } from './state.ts'
import { findWorker, WORKERS } from './store.ts'

/** Records read at once. */
const MAX_READS_IN_FLIGHT = 32

/**
 * Returns the names of workers by their pseudonyms. Reads the records of workers until all are found; a worker that was
 * removed has no name any more.
 */
export async function findWorkerNames(
  pseudonyms: readonly string[],
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<ReadonlyMap<string, string>> {
  const missing = new Set(pseudonyms)
  const names = new Map<string, string>()
  for await (const page of listingPages(ports, WORKERS)) {
    const left = toRecordNames(page, WORKERS, WorkerName)
    while (left.length > 0 && missing.size > 0) {
      const next = left.splice(0, MAX_READS_IN_FLIGHT)
      const found = await Promise.all(next.map((worker) => skipCorrupt(findWorker(worker, ports), ports)))
      for (const { value } of found.filter((state) => state !== undefined))
        for (const pseudonym of toPseudonyms(value)) if (missing.delete(pseudonym)) names.set(pseudonym, value.worker)
    }
    if (missing.size === 0) break
  }
  return names
}

/** Returns the pseudonyms of all seats of a worker. Pure. */
const toPseudonyms = ({ id, seats, taken }: WorkerState): string[] =>
  Array.from({ length: seats > 1 ? taken.length : 1 }, (_, index) => workerPseudonym(id, index + 1))
