import type { BoxIndex } from '../../box-index/open-index.ts'
import { UnusableIndexError } from '../../box-index/unusable-index-error.ts'
import type { Criteria } from '../../contracts/criteria.ts'
import type { Flag } from '../../contracts/flags.ts'
import { type Header, readHeader } from '../../open-images/header.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import type { ReadAheadOptions } from '../../platform/storage/read-ahead.ts'
import { type ChosenImage, type ChosenImages, type DealtCandidates, toChosenImages } from './chosen-images.ts'
import { flagFilter } from './flag-filter.ts'
import { type Box, findRows, type ImageRows, readBoxes, splitIntoPages } from './image-rows.ts'
import { indexCandidates } from './index-candidates.ts'
import { scanCandidates } from './scan-candidates.ts'

/** A selected image: the requested classes it was selected for, in request order, and all its boxes of requested classes. */
export interface SelectedImage {
  readonly imageId: string
  readonly classNames: readonly string[]
  readonly boxes: readonly Box[]
}

/** The result of a selection. The images' boxes are read by `pages`. */
export interface Selection {
  /** Number of images per class, in request order. */
  readonly selectedPerClass: readonly number[]
  readonly imageCount: number
  /** Excluded flags for which the file has no column: unknown for every box. */
  readonly unknownFlags: readonly Flag[]
  /** Yields each image once, by class, then by position in the file, 500 at a time. Holds one page. */
  pages(): AsyncGenerator<readonly SelectedImage[]>
}

export interface SelectOptions extends ReadAheadOptions {
  /** Whether all rows of an image are adjacent. */
  readonly groupedByImage: boolean
  /** The index to find candidates in; without it, the file is scanned. */
  readonly index?: BoxIndex | undefined
}

/**
 * Selects a batch's images from an imported box CSV: finds the candidates of each class, deals the batch, and reads only
 * the rows of the selected images. Index and scan result in the same selection.
 * @throws AppError `source-changed` when the file was replaced; UnusableIndexError. `pages` throws both, too.
 */
export async function select(source: ByteSource, criteria: Criteria, options: SelectOptions): Promise<Selection> {
  const [header, dealt] = await findCandidates(source, criteria, options)
  const images = toChosenImages(dealt, criteria)
  return {
    selectedPerClass: dealt.picks.map((positions) => positions.length),
    imageCount: images.count,
    unknownFlags: criteria.excludeFlags.filter((flag) => header.columns.flags[flag] === undefined),
    pages: () => readPages(source, header, criteria, images, options),
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

async function* readPages(
  source: ByteSource,
  header: Header,
  criteria: Criteria,
  chosen: ChosenImages,
  { groupedByImage, index, ...reading }: SelectOptions,
): AsyncGenerator<readonly SelectedImage[]> {
  if (chosen.count === 0) return
  const scattered = groupedByImage ? undefined : await findScatteredRows(source, header, criteria, chosen, reading)
  const hasExpectedBoxes = expectedBoxesTest(criteria)
  const readPage = async (page: readonly ChosenImage[]): Promise<SelectedImage[]> => {
    const rows = page.map((image) => scattered?.get(image.imageId) ?? image)
    if (index && rows.some(({ ranges }) => ranges.some(({ end }) => end > source.size)))
      throw new UnusableIndexError('it refers to rows beyond the end of the box file')
    const boxes = await readBoxes(source, header.columns, criteria, rows)
    const images = page.map(({ imageId, classNames }) => ({ imageId, classNames, boxes: boxes.get(imageId) ?? [] }))
    if (index && !images.every(hasExpectedBoxes))
      throw new UnusableIndexError('it refers to rows without a box of their class')
    return images
  }
  for (const page of splitIntoPages(chosen)) yield await readPage(page)
}

/** Returns a test whether an image has a box of each class it was selected for. */
function expectedBoxesTest({ classes }: Criteria): (image: SelectedImage) => boolean {
  const ids = new Map<string, Set<string>>()
  // Several requested classes may have the same name.
  for (const { className, classIds } of classes)
    ids.set(className, new Set([...(ids.get(className) ?? []), ...classIds]))
  return ({ classNames, boxes }) =>
    classNames.every((className) => boxes.some(({ classId }) => ids.get(className)?.has(classId)))
}

async function findScatteredRows(
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
