import pLimit from 'p-limit'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { hashBlock } from '../../platform/storage/content-hash.ts'
import { readRange } from '../../platform/storage/stored-file.ts'
import type { ImportSubject } from './import-files.ts'
import type { ListedSlice } from './list-coverage.ts'
import type { SliceImages } from './merge-images.ts'
import { packedImagesKey, type SliceReceipt } from './slice-receipt.ts'

const FIRST_DIGITS = 16
const READS_IN_FLIGHT = 16

/** Receipts of slices, by their numbers, in order of the file. */
export type SliceReceipts = ReadonlyMap<number, SliceReceipt>

/** A range [from, to) of first digits. */
interface Digits {
  readonly from: number
  readonly to: number
}

/** Divides the digits into steps of at most `heldBytes`, but at least one digit. */
export function* digitSteps(slices: readonly SliceReceipt[], heldBytes: number): Generator<Digits> {
  const bytesBefore = (digit: number) => slices.reduce((sum, { offsets }) => sum + (offsets[digit] ?? 0), 0)
  for (let from = 0, to = 1; from < FIRST_DIGITS; from = to, to += 1) {
    while (to < FIRST_DIGITS && bytesBefore(to + 1) - bytesBefore(from) <= heldBytes) to++
    yield { from, to }
  }
}

/** Reads the images of each slice whose ids begin with these digits, and maps class numbers to indexes of `classIds`. */
export async function readDigits(
  subject: ImportSubject,
  slices: SliceReceipts,
  classIds: readonly string[],
  digits: Digits,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<SliceImages[]> {
  const limit = pLimit(READS_IN_FLIGHT)
  const numbers = new Map(classIds.map((classId, number) => [classId, number]))
  return await Promise.all(
    findNonEmpty(slices, digits).map(([slice, receipt]) =>
      limit(async () => {
        const key = packedImagesKey(subject, slice, ports)
        const packed = await readPacked(key, receipt, digits, ports)
        const classNumbers = receipt.classes.map(({ classId }) => numbers.get(classId) ?? 0)
        return { packed, classNumbers }
      }),
    ),
  )
}

/** Reads the packed images of these digits. @throws CorruptStateError when they are not what the receipt says */
async function readPacked(
  key: string,
  { offsets, digitHashes }: SliceReceipt,
  { from, to }: Digits,
  ports: Pick<Ports, 'objects'>,
): Promise<Uint8Array> {
  const start = offsets[from] ?? 0
  const stored = await readRange(key, { start, end: offsets[to] ?? 0 }, ports)
  if (!stored) throw new CorruptStateError(key, undefined, 'it does not exist')
  if (stored.size !== offsets.at(-1)) throw new CorruptStateError(key, stored.etag, 'it has another size')
  for (let digit = from; digit < to; digit++) {
    const bytes = stored.bytes.subarray((offsets[digit] ?? 0) - start, (offsets[digit + 1] ?? 0) - start)
    if (digitHashes && hashBlock(bytes) !== digitHashes[digit])
      throw new CorruptStateError(key, stored.etag, 'its content has changed')
  }
  return stored.bytes
}

/** Reads the rows of each slice of the image list whose ids begin with these digits. */
export async function readListed(
  subject: ImportSubject,
  slices: SliceReceipts,
  digits: Digits,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<ListedSlice[]> {
  const limit = pLimit(READS_IN_FLIGHT)
  // Line 1 is the header.
  let line = 2
  const starts = new Map<number, number>()
  for (const [slice, { lines }] of slices) {
    starts.set(slice, line)
    line += lines
  }
  return await Promise.all(
    findNonEmpty(slices, digits).map(([slice, receipt]) =>
      limit(async () => ({
        packed: await readPacked(packedImagesKey(subject, slice, ports), receipt, digits, ports),
        start: { line: starts.get(slice) ?? 0, byte: receipt.from ?? 0 },
      })),
    ),
  )
}

const findNonEmpty = (slices: SliceReceipts, { from, to }: Digits): [number, SliceReceipt][] =>
  [...slices].filter(([, { offsets }]) => (offsets[from] ?? 0) < (offsets[to] ?? 0))
