import pLimit from 'p-limit'
import { copyKeys, findCopyKey } from '../batches/record/copy-key.ts'
import { imageLines } from '../batches/record/read-image-list.ts'
import { assertSelected, imagesFolder } from '../batches/record/store.ts'
import { toS3Uri } from '../contracts/s3-uri.ts'
import type { Ports } from '../platform/ports.ts'
import { skipCorrupt } from '../platform/state/corrupt-state.ts'
import { listingPages } from '../platform/storage/listing-pages.ts'
import type { Removal } from '../platform/storage/ports.ts'
import { removeFolder } from '../platform/storage/remove-folder.ts'
import { removeFiles } from '../platform/storage/stored-file.ts'
import { isCopyFor } from './copy-image.ts'
import { type CopySubject, findRecreated } from './copy-subject.ts'

type Needs = Pick<Ports, 'config' | 'copier' | 'objects' | 'files' | 'log'>

const MAX_CHECKS_IN_FLIGHT = 16
const ROUND_FILE = /^\d+(\.json|\/(start|\d{4})\.json)$/

/**
 * Removes what was copied for a batch that is gone: its rounds and the copies that carry its id, or, when the batch was
 * recreated, only those of them that a chunk has just made of images that the new batch does not have. Nothing else in
 * the folder is touched.
 * @param roundsKey key prefix of its rounds, without a slash at its end
 * @param copied ids of the images that the chunk copied
 */
export async function cleanUpCopies(
  subject: CopySubject,
  roundsKey: string,
  copied: readonly string[] | undefined,
  ports: Needs,
): Promise<void> {
  const keep = (key: string): boolean => !ROUND_FILE.test(key.slice(roundsKey.length + 1))
  await removeFolder(`${roundsKey}/`, ports, { keep })
  if (await findRecreated(subject, ports)) {
    if (copied) await removeStrays(subject, copied, ports)
    return
  }
  for await (const { objects } of listingPages(ports, imagesFolder(subject.batch, ports))) {
    const copies = await findCopies(
      subject,
      objects.map(({ key }) => key),
      ports,
    )
    if (copies.length === 0) continue
    if (await findRecreated(subject, ports)) return
    await removeFiles(copies, ports)
  }
}

/** Removes copies of images that a batch does not have which was recreated meanwhile. */
async function removeStrays(subject: CopySubject, copied: readonly string[], ports: Needs): Promise<void> {
  const keys = await skipCorrupt(findStrays(subject, copied, ports), ports)
  if (!keys || keys.length === 0) return
  const copies = await findCopies(subject, keys, ports)
  if ((await findRecreated(subject, ports))?.state === 'selected') await removeFiles(copies, ports)
}

/** Returns the objects that are copies made for the batch, each in the version that was looked at. */
async function findCopies({ batchId }: CopySubject, keys: readonly string[], ports: Needs): Promise<Removal[]> {
  const limit = pLimit(MAX_CHECKS_IN_FLIGHT)
  const look = async (key: string): Promise<Removal[]> => {
    const facts = await ports.copier.describe(toS3Uri(key, ports))
    return typeof facts === 'object' && isCopyFor(batchId, facts) ? [{ key, etag: facts.etag }] : []
  }
  return (await Promise.all(keys.map((key) => limit(() => look(key))))).flat()
}

/**
 * Returns the keys that copies of these images may have, without those of the new batch.
 * @throws CorruptStateError when the images of the new batch cannot be known
 */
async function findStrays(subject: CopySubject, copied: readonly string[], ports: Needs): Promise<string[]> {
  const recreated = await findRecreated(subject, ports)
  if (recreated?.state !== 'selected') return []
  const { selection } = assertSelected(subject.batch, recreated)
  const strays = new Set(copied.flatMap((imageId) => copyKeys(subject.batch, imageId, ports)))
  for await (const { image } of imageLines(subject.batch, selection, ports)) {
    const key = findCopyKey(subject.batch, image, ports)
    if (key !== undefined) strays.delete(key)
  }
  return [...strays]
}
