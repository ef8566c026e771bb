import { AppError } from '../../contracts/errors.ts'
import { listChecker } from '../../open-images/check-image-list.ts'
import { findListBoundary } from '../../open-images/image-list-boundary.ts'
import { readListHeader } from '../../open-images/image-list-header.ts'
import type { Ports } from '../../platform/ports.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { type LineBlock, lineBlocks } from '../../platform/storage/line-blocks.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'
import { writeFile } from '../../platform/storage/stored-file.ts'
import type { ImportSubject } from './import-files.ts'
import { FILE_NAMES } from './import-plan.ts'
import { hashDigits, packedImagesKey, type SliceReceipt } from './slice-receipt.ts'
import type { Slice } from './slices.ts'

/**
 * Checks the rows of a slice of the image list, and stores them sorted by image. Holds 20 bytes per row.
 * @param chunk number of the slice in its round
 * @throws AppError `bad-source` when a line is too long
 */
export async function checkListSlice(
  subject: ImportSubject,
  chunk: number,
  slice: Slice,
  source: ByteSource,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<SliceReceipt> {
  const { columns, rowsFrom } = await readListHeader(source)
  const cutAt = (cut: number) => findListBoundary(source, cut, rowsFrom)
  const [from, to] = await Promise.all([cutAt(slice.from), cutAt(slice.to)]).catch(nameImageList)
  const { walk, count } = listChecker(columns, from)
  await walkBlocks(lineBlocks(readAhead(source, { from, to }), from), walk).catch(nameImageList)
  const { lines, rows, packed, issue } = count(to)
  const receipt = { source: slice.source, from, lines, rows, classes: [], isListed: false }
  if (issue) return { ...receipt, offsets: [], fault: issue }
  await writeFile(packedImagesKey(subject, chunk, ports), packed.bytes, ports)
  return { ...receipt, offsets: [...packed.offsets], digitHashes: hashDigits(packed) }
}

async function walkBlocks(blocks: AsyncIterable<LineBlock>, walk: (block: LineBlock) => boolean): Promise<void> {
  for await (const block of blocks) if (!walk(block)) return
}

/** Names the file in an error of cutting it into lines, which knows only where in it they are. */
function nameImageList(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== 'bad-source') throw error
  throw new AppError('bad-source', `${FILE_NAMES.images}: ${error.message}`, error.issues, error)
}
