import pLimit from 'p-limit'
import { countListChunks, toChunkSpan } from '../batches/record/image-list.ts'
import type { SelectionResult } from '../batches/record/state.ts'
import { listReceipts } from '../platform/fan-out/receipts.ts'
import { type RoundRef, roundFolder } from '../platform/fan-out/round.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import { readState } from '../platform/state/record.ts'
import { type ImageCopy, isGood } from './copy-image.ts'
import { CHUNK_RECEIPT, type ChunkReceipt, type CopyTotals } from './copy-receipt.ts'
import type { CopySubject } from './copy-subject.ts'

export type CopyRound = RoundRef<CopySubject, ChunkReceipt, CopyTotals>

/** Receipts read at once. S3 serves thousands of reads a second from one prefix. */
const MAX_READS_IN_FLIGHT = 32
/** Up to this many receipts are read without listing them first: a GET costs less than a LIST, and it saves a round trip. */
const MAX_UNLISTED_READS = 64

/** The latest receipt of each chunk, over a round and all before it. A chunk may have none. */
export interface CopyReceipts {
  /** By chunk, ascending; damaged ones are left out. */
  readonly intact: ReadonlyMap<number, ChunkReceipt>
  /** By chunk, ascending. */
  readonly damaged: ReadonlyMap<number, CorruptStateError>
  /** The chunks that have a receipt in this round, damaged or not. */
  readonly done: ReadonlySet<number>
}

/**
 * Reads the latest receipts of a copy. One that cannot be read is damaged, and so is one that does not have as many
 * images as its chunk, or belongs to another chunk.
 * @param only the chunks to look at; all by default
 */
export async function readReceipts(
  ref: CopyRound,
  selection: SelectionResult,
  ports: Pick<Ports, 'config' | 'objects'>,
  only?: readonly number[],
): Promise<CopyReceipts> {
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  const rounds = Array.from({ length: ref.round }, (_, index): CopyRound => ({ ...ref, round: index + 1 }))
  const isUnlisted = only !== undefined && only.length * rounds.length <= MAX_UNLISTED_READS
  const listed = isUnlisted
    ? undefined
    : await Promise.all(rounds.map((round) => limit(() => listReceipts(round, ports))))
  /** Reads a chunk's receipt of each round that may have the latest one, in order of rounds. */
  const read = (chunk: number) => {
    const latest = listed && rounds.findLast((_, index) => listed[index]?.has(chunk))
    const candidates = listed ? rounds.filter((round) => round === latest) : rounds
    return Promise.all(
      candidates.map((round) => limit(() => readOrCorrupt(readReceipt(round, chunk, selection, ports)))),
    )
  }
  const chunks = only ?? [...Array(countListChunks(selection)).keys()]
  const found = await Promise.all(chunks.map(async (chunk) => [chunk, await read(chunk)] as const))
  const intact = new Map<number, ChunkReceipt>()
  const damaged = new Map<number, CorruptStateError>()
  for (const [chunk, receipts] of found) {
    const latest = receipts.findLast((receipt) => receipt !== undefined)
    if (latest instanceof CorruptStateError) damaged.set(chunk, latest)
    // Its worker could not read the record of the batch, and so did not know what to copy: nothing is known of the chunk.
    else if (latest && latest.images.length > 0) intact.set(chunk, latest)
  }
  const doneHere = found.filter(([, receipts]) => receipts.at(-1) !== undefined).map(([chunk]) => chunk)
  return { intact, damaged, done: listed?.at(-1) ?? new Set(doneHere) }
}

/** The receipts of a batch that was never copied. */
export const NO_RECEIPTS: CopyReceipts = { intact: new Map(), damaged: new Map(), done: new Set() }

/** Returns the chunks with an image that has no good copy, as far as intact receipts say. Pure. */
export function chunksToCopy({ intact }: CopyReceipts, selection: SelectionResult): number[] {
  const isDone = (chunk: number): boolean => intact.get(chunk)?.images.every(isGood) ?? false
  return [...Array(countListChunks(selection)).keys()].filter((chunk) => !isDone(chunk))
}

/** Returns the receipts. @throws CorruptStateError when one is damaged. Pure. */
export function assertIntact({ intact, damaged }: CopyReceipts): ReadonlyMap<number, ChunkReceipt> {
  const [first] = damaged.values()
  if (first) throw first
  return intact
}

/** Returns the receipts without the damaged ones, whose images then count as pending. Pure. */
export const skipDamaged = ({ intact }: CopyReceipts): CopyReceipts['intact'] => intact

/** Returns what is known of each image, by its id. Pure. */
export const toCopies = (receipts: ReadonlyMap<number, ChunkReceipt>): Map<string, ImageCopy> =>
  new Map([...receipts.values()].flatMap(({ images }) => images.map((copy) => [copy.imageId, copy])))

/**
 * Reads the receipt of a chunk; one of a worker that did not know what to copy has no images.
 * @throws CorruptStateError when the object is no receipt, or not the one of this chunk
 */
async function readReceipt(
  ref: CopyRound,
  chunk: number,
  selection: SelectionResult,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<ChunkReceipt | undefined> {
  const key = `${roundFolder(ref, ports)}${String(chunk).padStart(4, '0')}.json`
  const found = await readState({ key, type: CHUNK_RECEIPT }, ports)
  if (!found) return undefined
  const { images, batchId = ref.subject.batchId, chunk: own = chunk } = found.value
  const corrupt = (reason: string) => new CorruptStateError(key, found.etag, `${CHUNK_RECEIPT.name}: ${reason}`)
  if (batchId !== ref.subject.batchId || own !== chunk) throw corrupt('it is that of another chunk')
  const { count } = toChunkSpan(selection, chunk)
  if (images.length !== 0 && images.length !== count) throw corrupt(`it has ${images.length} of ${count} images`)
  return found.value
}
