import { listChecker } from '../../open-images/check-image-list.ts'
import { findListBoundary } from '../../open-images/image-list-boundary.ts'
import { readListHeader } from '../../open-images/image-list-header.ts'
import type { Ports } from '../../platform/ports.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { writeFile } from '../../platform/storage/stored-file.ts'
import type { ImportSubject } from './import-files.ts'
import { FILE_NAMES } from './import-plan.ts'
import { hashDigits, packedImagesKey, type SliceReceipt } from './slice-receipt.ts'
import type { Slice } from './slices.ts'
import { nameFile, walkLines } from './walk-lines.ts'

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
  const named = nameFile(FILE_NAMES.images)
  const cutAt = (cut: number) => findListBoundary(source, cut, rowsFrom)
  const [from, to] = await Promise.all([cutAt(slice.from), cutAt(slice.to)]).catch(named)
  const { walk, count } = listChecker(columns, from)
  await walkLines(source, { from, to }, walk).catch(named)
  const { lines, rows, packed, issue } = count(to)
  const receipt = { source: slice.source, from, lines, rows, classes: [], isListed: false }
  if (issue) return { ...receipt, offsets: [], fault: issue }
  await writeFile(packedImagesKey(subject, chunk, ports), packed.bytes, ports)
  return { ...receipt, offsets: [...packed.offsets], digitHashes: hashDigits(packed) }
}
