import type { Ports } from '../ports.ts'
import { listingPages } from './listing-pages.ts'

export interface RemovalOptions {
  /** Selects keys that are not removed. */
  readonly keep?: (key: string) => boolean
  /** Called before each removal. False stops the removal: a slow caller must not touch a folder that was recreated. */
  readonly isStillCurrent?: () => Promise<boolean>
}

/**
 * Removes all objects under a prefix, 1,000 per request, each only in the version that was listed: what was written
 * meanwhile stays. Returns how many were removed.
 */
export async function removeFolder(
  folder: string,
  ports: Pick<Ports, 'objects'>,
  { keep = () => false, isStillCurrent = async () => true }: RemovalOptions = {},
): Promise<number> {
  let removed = 0
  for await (const { objects } of listingPages(ports, folder)) {
    const doomed = objects.filter(({ key }) => !keep(key))
    if (doomed.length === 0) continue
    if (!(await isStillCurrent())) return removed
    const kept = await ports.objects.remove(doomed)
    removed += doomed.length - kept.length
  }
  return removed
}
