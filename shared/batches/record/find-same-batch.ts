import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import type { State } from '../../platform/state/record.ts'
import { findVersion } from '../../platform/storage/stored-file.ts'
import { imageListName } from './image-list.ts'
import type { BatchState } from './state.ts'
import { batchFolder, batchKey, findBatch } from './store.ts'

/**
 * Reads the very batch that some work is for; `undefined` when it was deleted, or recreated under its name.
 * @throws CorruptStateError when its record cannot be read, or is missing although its image list exists: a deletion
 *   removes the record last
 */
export async function findSameBatch(
  batch: string,
  batchId: string,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<State<BatchState> | undefined> {
  const found = await findBatch(batch, ports)
  if (found) return found.value.batchId === batchId ? found : undefined
  const list = await findVersion(batchFolder(batch, ports) + imageListName(batchId), ports)
  if (list) throw new CorruptStateError(batchKey(batch, ports), undefined, 'it does not exist')
  return undefined
}
