import { AppError } from '../../contracts/errors.ts'
import { openImageList } from '../../datasets/image-list.ts'
import { findImageFacts, type ImageFacts } from '../../open-images/image-list.ts'
import type { Ports } from '../../platform/ports.ts'

/**
 * Reads license, author and rotation of images.
 * @throws AppError `wrong-state` when the dataset has no image list; CorruptStateError when it is missing or damaged
 */
export async function readImageFacts(
  batch: string,
  { request: { dataset }, importId }: { readonly request: { readonly dataset: string }; readonly importId: string },
  imageIds: ReadonlySet<string>,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<Map<string, ImageFacts>> {
  const list = await openImageList({ dataset, importId }, ports)
  if (list) return findImageFacts(list, imageIds)
  throw new AppError(
    'wrong-state',
    `"${dataset}", the dataset of "${batch}", has no image list: provenance must be false.`,
  )
}
