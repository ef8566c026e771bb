import { listingPages } from './listing-pages.ts'
import type { Ports } from './ports.ts'

/** Removes every object under a prefix but those to keep, a thousand at a time. Returns how many went. */
export async function removeFolder(
  folder: string,
  ports: Pick<Ports, 'objects'>,
  keep: (key: string) => boolean = () => false,
): Promise<number> {
  let removed = 0
  for await (const { objects } of listingPages(ports, folder)) {
    const keys = objects.map(({ key }) => key).filter((key) => !keep(key))
    await ports.objects.remove(keys)
    removed += keys.length
  }
  return removed
}
