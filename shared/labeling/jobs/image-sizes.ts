import { imageLines } from '../../batches/record/read-image-list.ts'
import type { SelectedBatch } from '../../batches/record/store.ts'
import { skipDamaged } from '../../copying/receipts.ts'
import { findCopy } from '../../copying/unlisted-image.ts'
import { readCopies } from '../../manifests/input/read-copies.ts'
import type { Ports } from '../../platform/ports.ts'
import type { NewWork } from '../engine/create-work.ts'

/**
 * Reads the sizes of a batch's images, by URI, as far as the receipts of its copies have them. Holds a record for each
 * image.
 * @throws AppError `wrong-state` while the batch is being copied
 */
export async function readImageSizes(
  batch: string,
  state: SelectedBatch,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<NewWork['sizes']> {
  const { copies } = await readCopies(batch, state, skipDamaged, ports)
  const sizes = new Map<string, { readonly width: number; readonly height: number }>()
  let number = 0
  for await (const { image } of imageLines(batch, state.selection, ports)) {
    const { width, height } = findCopy(copies, image.imageId, number++) ?? {}
    if (width !== undefined && height !== undefined) sizes.set(image.destination, { width, height })
  }
  return sizes
}
