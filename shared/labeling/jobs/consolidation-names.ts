import { ConsolidationName } from '../../contracts/consolidation.ts'
import type { Ports } from '../../platform/ports.ts'
import { toRecordNames } from '../../platform/storage/list-names.ts'
import { listingPages } from '../../platform/storage/listing-pages.ts'
import { consolidationsFolder, type WorkId } from '../engine/folders.ts'

/** Consolidations of a job. */
export const MAX_CONSOLIDATIONS = 100

/** Returns the names of a job's consolidations in lower case, sorted: one LIST. */
export async function listConsolidationNames(work: WorkId, ports: Pick<Ports, 'objects'>): Promise<readonly string[]> {
  const folder = consolidationsFolder(work)
  const names: string[] = []
  for await (const page of listingPages(ports, folder, { folded: true }))
    names.push(...toRecordNames(page, folder, ConsolidationName))
  return names.toSorted()
}
