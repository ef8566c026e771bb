import * as z from 'zod'
import type { Ports } from '../../../platform/ports.ts'
import { createState } from '../../../platform/state/record.ts'
import { recordType } from '../../../platform/state/record-type.ts'
import { storedObject } from '../../../platform/state/stored-schema.ts'
import { listingPages } from '../../../platform/storage/listing-pages.ts'
import { findVersion } from '../../../platform/storage/stored-file.ts'
import { endKey, endsFolder, type WorkId } from '../folders.ts'

/** `ends/<shard>.json`: the receipt of a shard that is closed, so that one LIST tells whether all are. */
export const SHARD_END = recordType('the end of a shard', storedObject({ shard: z.int(), at: z.string() }))

/** Writes the receipt of a closed shard, unless it is there. */
export async function writeShardEnd(
  work: WorkId,
  shard: number,
  ports: Pick<Ports, 'objects' | 'newId' | 'now'>,
): Promise<void> {
  await createState({ key: endKey(work, shard), type: SHARD_END }, { shard, at: ports.now().toISOString() }, ports)
}

/** Whether there is the receipt of a shard. */
export const hasShardEnd = async (work: WorkId, shard: number, ports: Pick<Ports, 'objects'>): Promise<boolean> =>
  (await findVersion(endKey(work, shard), ports)) !== undefined

/** Returns the numbers of the shards that are closed. */
export async function listShardEnds(work: WorkId, ports: Pick<Ports, 'objects'>): Promise<Set<number>> {
  const folder = endsFolder(work)
  const shards = new Set<number>()
  for await (const { objects } of listingPages(ports, folder))
    for (const { key } of objects) {
      const name = key.slice(folder.length)
      if (/^\d{4}\.json$/.test(name)) shards.add(Number.parseInt(name, 10))
    }
  return shards
}
