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
  only: readonly number[] = [...Array(countListChunks(selection)).keys()],
): Promise<CopyReceipts> {
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  const rounds = Array.from({ length: ref.round }, (_, index): CopyRound => ({ ...ref, round: index + 1 }))
  const listed = await Promise.all(rounds.map((round) => limit(() => listReceipts(round, ports))))
  const read = (chunk: number) => {
    const round = rounds.findLast((_, index) => listed[index]?.has(chunk))
    return round && readReceipt(round, chunk, selection, ports)
  }
  const found = await Promise.all(
    only.map((chunk) => limit(async () => [chunk, await readOrCorrupt(read(chunk) ?? NONE)] as const)),
  )
  const intact = new Map<number, ChunkReceipt>()
  const damaged = new Map<number, CorruptStateError>()
  for (const [chunk, receipt] of found) {
    if (receipt instanceof CorruptStateError) damaged.set(chunk, receipt)
    else if (receipt) intact.set(chunk, receipt)
  }
  return { intact, damaged, done: listed.at(-1) ?? new Set() }
}

const NONE = Promise.resolve(undefined)

/** Returns the chunks with an image that has no good copy, as far as intact receipts say. */
export async function chunksToCopy(
  last: CopyRound | undefined,
  selection: SelectionResult,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<number[]> {
  const receipts = last && (await readReceipts(last, selection, ports))
  const isDone = (chunk: number): boolean => receipts?.intact.get(chunk)?.images.every(isGood) ?? false
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

/** @throws CorruptStateError when the object is no receipt, or not the one of this chunk */
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
  // Its worker could not read the record of the batch, and so did not know what to copy: nothing is known of the chunk.
  if (images.length === 0) return undefined
  const { count } = toChunkSpan(selection, chunk)
  if (images.length !== count) throw corrupt(`it has ${images.length} of ${count} images`)
  return found.value
}
