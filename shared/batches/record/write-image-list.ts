import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import type { State } from '../../platform/state/record.ts'
import { contentHasher } from '../../platform/storage/content-hash.ts'
import { storeStream } from '../../platform/storage/multipart.ts'
import { openPinned, type PinnedFile } from '../../platform/storage/pinned-file.ts'
import type { Condition } from '../../platform/storage/ports.ts'
import { removeFiles } from '../../platform/storage/stored-file.ts'
import { countBoxes, type ImageLine, imageListName, imagesPerChunk } from './image-list.ts'
import type { BatchState } from './state.ts'
import { batchFolder, guardVersion, SupersededError } from './store.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'files'>

/** A stored image list, and where its chunks are. */
export interface StoredImageList {
  readonly list: PinnedFile
  readonly boxCount: number
  /** Byte at which each chunk begins, and at which the last one ends. */
  readonly chunkOffsets: number[]
}

/** The images to list, and the version of the batch that they were chosen for. */
export interface ImagesToList {
  readonly batchId: string
  readonly etag: string
  readonly imageCount: number
  /** Yields the images from the first; each call yields the same ones. */
  pages(): AsyncIterable<readonly ImageLine[]>
}

/**
 * Streams a batch's images to its list. An equal list, of an earlier attempt, is left as it is; one with other content
 * is damaged, and is replaced. Nothing is written when the batch changed meanwhile: a slow writer cannot write into a
 * batch that was deleted or recreated.
 * @returns `undefined` when the batch or the list was changed meanwhile
 */
export async function writeImageList(
  batch: string,
  images: ImagesToList,
  ports: Needs,
): Promise<StoredImageList | undefined> {
  const key = listKey(batch, images.batchId, ports)
  const isCurrent = (found: State<BatchState>): boolean => found.etag === images.etag
  const write = async (condition: Condition): Promise<StoredImageList> => {
    const { lines, finish } = listLines(images)
    const etag = await storeStream(key, guardVersion(lines, batch, isCurrent, ports), ports, condition)
    return finish(etag)
  }
  try {
    const written = await write({ absent: true })
    if (written.list.etag !== REFUSED) return written
    const existing = await readOrCorrupt(openPinned(key, written.list, ports))
    if (!(existing instanceof CorruptStateError)) return withEtag(written, existing.etag)
    if (existing.etag === undefined) return undefined
    const replaced = await write({ etag: existing.etag })
    return replaced.list.etag === REFUSED ? undefined : replaced
  } catch (error) {
    if (error instanceof SupersededError) return undefined
    throw error
  }
}

/** Removes what a batch listed that was not selected, and is gone or has failed: no record names it. */
export const removeImageList = async (
  batch: string,
  batchId: string,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<void> => {
  await removeFiles([{ key: listKey(batch, batchId, ports) }], ports)
}

const listKey = (batch: string, batchId: string, ports: Pick<Ports, 'config'>): string =>
  `${batchFolder(batch, ports)}${imageListName(batchId)}`

/** In place of the ETag of a list that was not written, as there was one. No object has an empty ETag. */
const REFUSED = ''

const withEtag = (stored: StoredImageList, etag: string): StoredImageList => ({
  ...stored,
  list: { ...stored.list, etag },
})

/** Returns the lines of a list, and, once these were read, what is recorded of it. */
function listLines({ batchId, imageCount, pages }: ImagesToList) {
  const chunkImages = imagesPerChunk(imageCount)
  const chunkOffsets: number[] = []
  const hash = contentHasher()
  let boxCount = 0
  let images = 0
  let bytes = 0
  async function* lines(): AsyncGenerator<Uint8Array> {
    for await (const page of pages()) {
      for (const image of page) {
        const line = Buffer.from(`${JSON.stringify(image)}\n`)
        if (images % chunkImages === 0) chunkOffsets.push(bytes)
        images += 1
        bytes += line.length
        boxCount += countBoxes(image)
        hash.add(line)
        yield line
      }
    }
  }
  const finish = (etag = REFUSED): StoredImageList => ({
    list: { name: imageListName(batchId), bytes, etag, contentHash: hash.digest() },
    boxCount,
    chunkOffsets: [...chunkOffsets, bytes],
  })
  return { lines: lines(), finish }
}
