import type { Ports } from './ports.ts'

/** Removes every object under a prefix but those to keep, a thousand at a time. Returns how many went. */
export async function removeFolder(
  folder: string,
  { objects }: Pick<Ports, 'objects'>,
  keep: (key: string) => boolean = () => false,
): Promise<number> {
  let removed = 0
  let after: string | undefined
  do {
    const page = await objects.list(folder, after === undefined ? {} : { after })
    const keys = page.objects.map(({ key }) => key).filter((key) => !keep(key))
    await objects.remove(keys)
    removed += keys.length
    after = page.next
  } while (after !== undefined)
  return removed
}
