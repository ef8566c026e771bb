import { imageLines } from '../batches/record/read-image-list.ts'
import { assertSelected, imageKey, imagesFolder } from '../batches/record/store.ts'
import type { Ports } from '../platform/ports.ts'
import { skipCorrupt } from '../platform/state/corrupt-state.ts'
import { removeFolder } from '../platform/storage/remove-folder.ts'
import { removeFiles } from '../platform/storage/stored-file.ts'
import { type CopySubject, findRecreated } from './copy-subject.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'files' | 'log'>

/**
 * Removes what was copied for a batch that is gone: its rounds and all copies, or, when the batch was recreated, only
 * the copies that a chunk has just made of images that the new batch does not have.
 * @param roundsKey key prefix of its rounds, without a slash at its end
 * @param copied ids of the images that the chunk copied
 */
export async function cleanUpCopies(
  subject: CopySubject,
  roundsKey: string,
  copied: readonly string[] | undefined,
  ports: Needs,
): Promise<void> {
  await removeFolder(`${roundsKey}/`, ports)
  const isStillCurrent = async () => !(await findRecreated(subject, ports))
  if (await isStillCurrent()) await removeFolder(imagesFolder(subject.batch, ports), ports, { isStillCurrent })
  else if (copied) await removeStrays(subject, copied, ports)
}

/** Removes copies of images that a batch does not have which was recreated meanwhile. */
async function removeStrays(subject: CopySubject, copied: readonly string[], ports: Needs): Promise<void> {
  const strays = await skipCorrupt(findStrays(subject, copied, ports), ports)
  if (!strays || strays.length === 0 || (await findRecreated(subject, ports))?.state !== 'selected') return
  await removeFiles(
    strays.map((imageId) => ({ key: imageKey(subject.batch, imageId, ports) })),
    ports,
  )
}

/** @throws CorruptStateError when the images of the new batch cannot be known */
async function findStrays(subject: CopySubject, copied: readonly string[], ports: Needs): Promise<string[]> {
  const recreated = await findRecreated(subject, ports)
  if (recreated?.state !== 'selected') return []
  const { selection } = assertSelected(subject.batch, recreated)
  const strays = new Set(copied)
  for await (const { image } of imageLines(subject.batch, selection, ports)) strays.delete(image.imageId)
  return [...strays]
}
