import type { Ports } from '../../platform/ports.ts'
import { listingPages } from '../../platform/storage/listing-pages.ts'
import { removeFiles } from '../../platform/storage/stored-file.ts'

/**
 * Removes everything in a folder that belongs to one labeling job, 1,000 objects a request, in whatever version it is: the
 * names of jobs are never used again, so what was written meanwhile belongs to the same job.
 * @param maxObjects after so many, it ends early
 * @returns how many objects were removed, and whether no more are left
 */
export async function removeObjects(
  folder: string,
  ports: Pick<Ports, 'objects'>,
  maxObjects = Number.POSITIVE_INFINITY,
): Promise<{ readonly removed: number; readonly isDone: boolean }> {
  let removed = 0
  for await (const { objects } of listingPages(ports, folder)) {
    if (objects.length === 0) continue
    if (removed >= maxObjects) return { removed, isDone: false }
    await removeFiles(
      objects.map(({ key }) => ({ key })),
      ports,
    )
    removed += objects.length
  }
  return { removed, isDone: true }
}
