import * as z from 'zod'
import type { Ports } from '../../../platform/ports.ts'
import { skipCorrupt } from '../../../platform/state/corrupt-state.ts'
import { readState } from '../../../platform/state/record.ts'
import { encodeRecord, recordType } from '../../../platform/state/record-type.ts'
import { storedObject } from '../../../platform/state/stored-schema.ts'
import { writeFile } from '../../../platform/storage/stored-file.ts'
import { placeKey } from '../folders.ts'

/**
 * `places/<worker>.json`: where a worker is in a job. A hint: without it, a worker gets the lease that is open only if the
 * search comes to its shard, and looks again at shards that have nothing more.
 */
const Place = storedObject({
  workId: z.string(),
  /** The shard in which the worker got tasks last. */
  shard: z.int().optional(),
  /** Shards in which every line that is left was answered by this worker. */
  exhausted: z.array(z.int()),
  /** How often in a row the worker was told to wait. */
  waits: z.int(),
})
export type Place = z.infer<typeof Place>

export const PLACE = recordType('the place of a worker', Place)

/** Where a worker is who has not been anywhere. */
export const START: Omit<Place, 'workId'> = { exhausted: [], waits: 0 }

/** Reads where a worker is. One that cannot be read is as none. */
export const readPlace = async (
  job: string,
  worker: string,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<Place | undefined> =>
  (await skipCorrupt(readState({ key: placeKey(job, worker), type: PLACE }, ports), ports))?.value

/** Writes where a worker is, whatever was there. */
export async function writePlace(
  job: string,
  worker: string,
  place: Place,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<void> {
  await writeFile(placeKey(job, worker), encodeRecord(PLACE, place, ports.newId()), ports)
}
