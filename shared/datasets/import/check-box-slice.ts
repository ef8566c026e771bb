import { encodeSliceLists } from '../../box-index/slice-lists.ts'
import { rowChecker } from '../../open-images/check-rows.ts'
import { readHeader } from '../../open-images/header.ts'
import { findImageBoundary } from '../../open-images/image-boundary.ts'
import { packImages } from '../../open-images/packed-images.ts'
import type { Ports } from '../../platform/ports.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import { writeFile } from '../../platform/storage/stored-file.ts'
import type { ImportSubject } from './import-files.ts'
import { FILE_NAMES } from './import-plan.ts'
import { describeFile } from './slice-file.ts'
import { hashDigits, packedImagesKey, type SliceReceipt, sliceListsKey } from './slice-receipt.ts'
import type { Slice } from './slices.ts'
import { nameFile, walkLines } from './walk-lines.ts'

/** Checks, counts and indexes the rows of a slice of the box file. @param chunk number of the slice in its round */
export async function checkBoxSlice(
  subject: ImportSubject,
  chunk: number,
  slice: Slice,
  source: ByteSource,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<SliceReceipt> {
  const { columns, rowsFrom } = await readHeader(source)
  const cutAt = (cut: number) => findImageBoundary(source, cut, rowsFrom, columns.imageId)
  const named = nameFile(FILE_NAMES.annotations)
  const [from, to] = await Promise.all([cutAt(slice.from), cutAt(slice.to)]).catch(named)
  const { walk, count } = rowChecker(columns)
  await walkLines(source, { from, to }, walk).catch(named)
  const { lines, boxes, firstLines, runs, issue } = count()
  if (issue) return { lines, classes: [], offsets: [], isListed: false, fault: issue }
  const images = packImages(runs)
  const lists = encodeSliceLists(runs, [...boxes.keys()])
  await writeFile(packedImagesKey(subject, chunk, ports), images.bytes, ports)
  if (lists) await writeFile(sliceListsKey(subject, chunk, ports), lists, ports)
  const classes = [...boxes].map(([classId, own], number) => ({
    classId,
    boxes: own,
    images: runs.images[number] ?? 0,
    firstLine: firstLines[number] ?? 0,
  }))
  return {
    lines,
    classes,
    offsets: [...images.offsets],
    digitHashes: hashDigits(images),
    isListed: lists !== undefined,
    ...(lists && { lists: describeFile(lists) }),
  }
}
