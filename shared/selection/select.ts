import type { ReadAheadOptions } from '../bytes/read-ahead.ts'
import type { ByteSource } from '../bytes/source.ts'
import { type Flag, type Header, readHeader } from '../open-images/header.ts'
import { type CandidateLists, scanCandidates } from './candidates.ts'
import type { Criteria } from './criteria.ts'
import { deal } from './deal.ts'
import { type Box, findRows, type ImageRows, readBoxes } from './image-rows.ts'

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
}

/** Images whose rows are fetched together. */
export const PAGE_IMAGES = 500

/**
 * Chooses a batch's images from a box CSV that was checked when it was imported.
 * Finds each class's candidates, deals the batch from them, then reads the rows of the chosen images only.
 * @throws AppError `source-changed` when the file is replaced meanwhile
 */
export async function select(source: ByteSource, criteria: Criteria, options: SelectOptions): Promise<Selection> {
  const header = await readHeader(source)
  const candidates = await scanCandidates(source, header, criteria, options)
  const { picks } = deal(candidates, criteria)
  const chosen = chosenImages(candidates, picks, criteria)
  return {
    selectedPerClass: picks.map((hand) => hand.length),
    imageCount: chosen.length,
    unknownFlags: criteria.excludeFlags.filter((flag) => header.columns.flags[flag] === undefined),
    pages: () => selectedPages(source, header, criteria, chosen, options),
  }
}

interface Chosen extends ImageRows {
  readonly classNames: string[]
}

/** Each picked image once, in order of class, then file, with every class that picked it. */
function chosenImages(
  candidates: CandidateLists,
  picks: readonly (readonly number[])[],
  { classes }: Criteria,
): Chosen[] {
  const chosen = new Map<string, Chosen>()
  for (const [number, { className }] of classes.entries()) {
    for (const position of picks[number] ?? []) {
      const run = candidates[number]?.[position]
      if (!run) continue
      const known = chosen.get(run.imageId)
      if (known) known.classNames.push(className)
      else chosen.set(run.imageId, { imageId: run.imageId, ranges: [run], classNames: [className] })
    }
  }
  return [...chosen.values()]
}

async function* selectedPages(
  source: ByteSource,
  header: Header,
  criteria: Criteria,
  chosen: readonly Chosen[],
  { groupedByImage, ...reading }: SelectOptions,
): AsyncGenerator<readonly SelectedImage[]> {
  if (chosen.length === 0) return
  const scattered = groupedByImage ? undefined : await scatteredRows(source, header, criteria, chosen, reading)
  for (let from = 0; from < chosen.length; from += PAGE_IMAGES) {
    const page = chosen.slice(from, from + PAGE_IMAGES)
    const rows = page.map((image) => scattered?.get(image.imageId) ?? image)
    const boxes = await readBoxes(source, header.columns, criteria, rows)
    yield page.map(({ imageId, classNames }) => ({ imageId, classNames, boxes: boxes.get(imageId) ?? [] }))
  }
}

async function scatteredRows(
  source: ByteSource,
  header: Header,
  criteria: Criteria,
  chosen: readonly Chosen[],
  reading: ReadAheadOptions,
): Promise<Map<string, ImageRows>> {
  const found = await findRows(
    source,
    header,
    criteria,
    chosen.map(({ imageId }) => imageId),
    reading,
  )
  return new Map(found.map((rows) => [rows.imageId, rows]))
}
