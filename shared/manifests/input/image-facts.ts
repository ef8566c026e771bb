import { AppError } from '../../contracts/errors.ts'
import { fileKey } from '../../datasets/import/import-files.ts'
import { findDataset } from '../../datasets/store.ts'
import { findImageFacts, type ImageFacts } from '../../open-images/image-list.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { openStored } from '../../platform/storage/stored-file.ts'

/**
 * Reads license, author and rotation of images.
 * @throws AppError `wrong-state` when the dataset has no image list; `corrupt-state` when it is lost
 */
export async function readImageFacts(
  batch: string,
  { request: { dataset }, importId }: { readonly request: { readonly dataset: string }; readonly importId: string },
  imageIds: ReadonlySet<string>,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<Map<string, ImageFacts>> {
  if (!(await hasImageList(dataset, importId, ports)))
    throw new AppError(
      'wrong-state',
      `"${dataset}", the dataset of "${batch}", has no image list: provenance must be false.`,
    )
  const key = fileKey({ dataset, importId }, 'images', ports)
  return findImageFacts(await openStored(key, ports), imageIds)
}

/**
 * Whether an import has an image list, which provenance needs.
 * @throws CorruptStateError when its dataset has one, but the import does not
 */
export async function hasImageList(
  dataset: string,
  importId: string,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<boolean> {
  const key = fileKey({ dataset, importId }, 'images', ports)
  if (await ports.objects.get(key, { start: 0, end: 1 })) return true
  const found = await findDataset(dataset, ports)
  if (found?.value.registration.sources.images === undefined) return false
  throw new CorruptStateError(key, undefined, 'the image list of a dataset: it does not exist')
}
