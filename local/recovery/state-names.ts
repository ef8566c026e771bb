import type { Ports } from '../../shared/platform/ports.ts'
import { listingPages } from '../../shared/platform/storage/listing-pages.ts'

/** Yields the names of the folders under a prefix, page by page. */
export async function* folderNames(prefix: string, ports: Pick<Ports, 'objects'>): AsyncGenerator<string[]> {
  for await (const { folders } of listingPages(ports, prefix, { folded: true }))
    yield folders.map((folder) => folder.slice(prefix.length, -1))
}

/** Yields the names of the state objects `<name>.json` in a folder, page by page. */
export async function* stateNames(folder: string, ports: Pick<Ports, 'objects'>): AsyncGenerator<string[]> {
  for await (const { objects } of listingPages(ports, folder))
    yield objects.map(({ key }) => key.slice(folder.length).replace(/\.json$/, ''))
}
