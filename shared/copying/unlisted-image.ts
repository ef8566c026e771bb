import { toChunkSpan } from '../batches/record/image-list.ts'
import { readChunk } from '../batches/record/read-image-list.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import type { ImageCopy } from './copy-image.ts'
import { type CopySubject, getCopiedBatch } from './copy-subject.ts'

/** The images of a chunk that failed. */
export interface ChunkIds {
  readonly imageIds: readonly string[]
  /** Why the image list cannot be read, which is then the reason of the failure. */
  readonly problem?: CorruptStateError
}

/**
 * Returns the ids of a chunk's images. When the image list cannot be read, they are those of an earlier receipt, or
 * stand-ins: there are as many in any case, so that every image of the batch is counted.
 * @param before the images in the chunk's receipt of an earlier round
 * @throws SubjectGoneError when the batch is gone
 */
export async function readChunkIds(
  subject: CopySubject,
  chunk: number,
  before: readonly ImageCopy[] = [],
  ports: Pick<Ports, 'config' | 'files' | 'objects'>,
): Promise<ChunkIds> {
  const batch = await readOrCorrupt(getCopiedBatch(subject, ports))
  // Without the record, nobody knows how many images there are: the receipt then does not count as one.
  if (batch instanceof CorruptStateError) return { imageIds: before.map(({ imageId }) => imageId), problem: batch }
  const lines = await readOrCorrupt(readChunk(subject.batch, batch.selection, chunk, ports))
  if (!(lines instanceof CorruptStateError)) return { imageIds: lines.map(({ imageId }) => imageId) }
  const { first, count } = toChunkSpan(batch.selection, chunk)
  const numbers = Array.from({ length: count }, (_, index) => toStandInId(first + index))
  return { imageIds: before.length === count ? before.map(({ imageId }) => imageId) : numbers, problem: lines }
}

/** Returns what stands for the id of an image whose line cannot be read: `#7` for number 6, the seventh. Pure. */
const toStandInId = (number: number): string => `#${number + 1}`

/**
 * Finds what is known of an image's copy, by its id or its number in the batch, from 0. Pure.
 * @param copies by image id
 */
export const findCopy = (
  copies: ReadonlyMap<string, ImageCopy>,
  imageId: string,
  number: number,
): ImageCopy | undefined => copies.get(imageId) ?? copies.get(toStandInId(number))
