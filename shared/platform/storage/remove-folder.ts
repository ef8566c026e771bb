import type { Ports } from '../ports.ts'
import { listingPages } from './listing-pages.ts'

export interface RemovalOptions {
  /** Keys to leave. */
  readonly keep?: (key: string) => boolean
  /** Asked right before each removal: who was slow may find the folder another's by now, and stops. */
  readonly isStillCurrent?: () => Promise<boolean>
}

/** Removes every object under a prefix but those to keep, a thousand at a time. Returns how many went. */
export async function removeFolder(
  folder: string,
  ports: Pick<Ports, 'objects'>,
  { keep = () => false, isStillCurrent = async () => true }: RemovalOptions = {},
): Promise<number> {
  let removed = 0
  for await (const { objects } of listingPages(ports, folder)) {
    const keys = objects.map(({ key }) => key).filter((key) => !keep(key))
    if (keys.length === 0) continue
    if (!(await isStillCurrent())) return removed
    await ports.objects.remove(keys)
    removed += keys.length
  }
  return removed
}
