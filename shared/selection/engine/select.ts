import { UnusableIndexError } from '../../box-index/index-unusable.ts'
import type { BoxIndex } from '../../box-index/open-index.ts'
import type { Criteria } from '../../contracts/criteria.ts'
import type { Flag } from '../../contracts/flags.ts'
import { type Header, readHeader } from '../../open-images/header.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import type { ReadAheadOptions } from '../../platform/storage/read-ahead.ts'
import { type ChosenImage, type ChosenImages, chosenImages, type DealtCandidates } from './chosen-images.ts'
import { flagFilter } from './flag-filter.ts'
import { type Box, findRows, type ImageRows, PAGE_IMAGES, readBoxes } from './image-rows.ts'
import { splitIntoGroups } from './in-groups.ts'
import { indexCandidates } from './index-candidates.ts'
import { scanCandidates } from './scan-candidates.ts'

/** A chosen image: the requested classes that it was taken for, in request order, and all its boxes of any of them. */
export interface SelectedImage {
  readonly imageId: string
  readonly classNames: readonly string[]
  readonly boxes: readonly Box[]
}

/** A choice that is made: how many images each class has in it, and the images themselves, read when asked for. */
export interface Selection {
  /** In request order. */
  readonly selectedPerClass: readonly number[]
  readonly imageCount: number
  /** Flags to exclude by that the file has no column for: unknown for every box. */
  readonly unknownFlags: readonly Flag[]
  /** Each image once, in order of class, then file; some hundred at a time, so that any number fits in memory. */
  pages(): AsyncGenerator<readonly SelectedImage[]>
}

export interface SelectOptions extends ReadAheadOptions {
  /** Whether all rows of an image stand together, as the import found. */
  readonly groupedByImage: boolean
  /** Candidates are looked up in it; without it, by a scan. */
  readonly index?: BoxIndex | undefined
}

/**
 * Chooses a batch's images from a box CSV that was checked when it was imported.
 * Finds each class's candidates, deals the batch from them, then reads the rows of the chosen images only. It is the
 * same choice by index and by scan.
 * @throws AppError `source-changed` when the file is replaced meanwhile; IndexUnusable, `pages` as well
 */
export async function select(source: ByteSource, criteria: Criteria, options: SelectOptions): Promise<Selection> {
  const [header, dealt] = await findCandidates(source, criteria, options)
  const images = chosenImages(dealt, criteria)
  return {
    selectedPerClass: dealt.picks.map((positions) => positions.length),
    imageCount: images.count,
    unknownFlags: criteria.excludeFlags.filter((flag) => header.columns.flags[flag] === undefined),
    pages: () => selectedPages(source, header, criteria, images, options),
  }
}

async function findCandidates(
  source: ByteSource,
  criteria: Criteria,
  { index, ...options }: SelectOptions,
): Promise<[Header, DealtCandidates]> {
  const reading = readHeader(source)
  if (index && criteria.excludeFlags.length === 0) return Promise.all([reading, indexCandidates(index, criteria)])
  const header = await reading
  if (!index) return [header, await scanCandidates(source, header, criteria, options)]
  return [header, await indexCandidates(index, criteria, flagFilter(source, header, criteria))]
}

async function* selectedPages(
  source: ByteSource,
  header: Header,
  criteria: Criteria,
  chosen: ChosenImages,
  { groupedByImage, index, ...reading }: SelectOptions,
): AsyncGenerator<readonly SelectedImage[]> {
  if (chosen.count === 0) return
  const scattered = groupedByImage ? undefined : await scatteredRows(source, header, criteria, chosen, reading)
  const hasItsBoxes = boxTest(criteria)
  const readPage = async (page: readonly ChosenImage[]): Promise<SelectedImage[]> => {
    const rows = page.map((image) => scattered?.get(image.imageId) ?? image)
    if (index && rows.some(({ ranges }) => ranges.some(({ end }) => end > source.size)))
      throw new UnusableIndexError('it names rows behind the end of the box file')
    const boxes = await readBoxes(source, header.columns, criteria, rows)
    const images = page.map(({ imageId, classNames }) => ({ imageId, classNames, boxes: boxes.get(imageId) ?? [] }))
    if (index && !images.every(hasItsBoxes))
      throw new UnusableIndexError('it names rows that hold no box of their class')
    return images
  }
  for (const page of splitIntoGroups(chosen, PAGE_IMAGES)) yield await readPage(page)
}

/** Whether an image has a box of each class that it was taken for. */
function boxTest({ classes }: Criteria): (image: SelectedImage) => boolean {
  const ids = new Map<string, Set<string>>()
  // Two classes may have the same name.
  for (const { className, classIds } of classes)
    ids.set(className, new Set([...(ids.get(className) ?? []), ...classIds]))
  return ({ classNames, boxes }) =>
    classNames.every((className) => boxes.some(({ classId }) => ids.get(className)?.has(classId)))
}

async function scatteredRows(
  source: ByteSource,
  header: Header,
  criteria: Criteria,
  chosen: ChosenImages,
  reading: ReadAheadOptions,
): Promise<Map<string, ImageRows>> {
  const found = await findRows(
    source,
    header,
    criteria,
    Array.from(chosen, ({ imageId }) => imageId),
    reading,
  )
  return new Map(found.map((rows) => [rows.imageId, rows]))
}
