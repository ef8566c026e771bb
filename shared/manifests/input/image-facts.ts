import { AppError } from '../../contracts/errors.ts'
import { fileKey } from '../../datasets/import/import-files.ts'
import { findImageFacts, type ImageFacts } from '../../open-images/image-list.ts'
import type { Ports } from '../../platform/ports.ts'
import { openStored } from '../../platform/storage/stored-file.ts'

/** Licence, author and rotation of images, for the manifest. @throws AppError `wrong-state` when the dataset tells none */
export async function readImageFacts(
  batch: string,
  { request: { dataset }, importId }: { readonly request: { readonly dataset: string }; readonly importId: string },
  imageIds: ReadonlySet<string>,
  ports: Ports,
): Promise<Map<string, ImageFacts>> {
  if (!(await hasImageList(dataset, importId, ports)))
    throw new AppError(
      'wrong-state',
      `"${dataset}", which "${batch}" was made from, has no image list any more, or never had one: ask for no provenance.`,
    )
  const key = fileKey({ dataset, importId }, 'images', ports)
  return findImageFacts(await openStored(key, ports), imageIds)
}

/** Whether provenance can be told of the images of an import. */
export const hasImageList = async (dataset: string, importId: string, ports: Ports): Promise<boolean> =>
  (await ports.objects.get(fileKey({ dataset, importId }, 'images', ports), { start: 0, end: 1 })) !== undefined
