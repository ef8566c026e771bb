import { MAX_CHUNKS } from '../../platform/fan-out/round.ts'
import { FILE_NAMES, type ImportPlan, sliceCuts } from './import-plan.ts'
import type { StoredSources } from './stored-sources.ts'

/** Slices of an image list, at most. It has a third of the size of its box file, or three times that for all images. */
const MAX_LIST_SLICES = 200

/** Sizes of the files whose rows are checked, in bytes. */
export interface RowFiles {
  readonly annotations: number
  /** Undefined if the dataset has no image list. */
  readonly images: number | undefined
}

/** A part of a file whose rows one chunk checks: bytes [from, to), before each end is moved to the beginning of a row. */
export interface Slice {
  readonly source: keyof RowFiles
  readonly from: number
  readonly to: number
}

/** Plans the slices of an import, which are the chunks of one round: those of the box file, then those of the image list. Pure. */
export function planSlices({ annotations, images }: RowFiles): Slice[] {
  const maxSlices = images === undefined ? MAX_CHUNKS : MAX_CHUNKS - MAX_LIST_SLICES
  return [
    ...toSlices('annotations', sliceCuts(annotations, maxSlices)),
    ...(images === undefined ? [] : toSlices('images', sliceCuts(images, MAX_LIST_SLICES))),
  ]
}

const toSlices = (source: Slice['source'], cuts: readonly number[]): Slice[] =>
  cuts.slice(1).map((to, number) => ({ source, from: cuts[number] ?? 0, to }))

/** Returns the sizes of stored files. An older version, which did not record them, checked no image list. Pure. */
export const storedRowFiles = ({ bytes, files = [] }: StoredSources): RowFiles => ({
  annotations: bytes,
  images: files.find(({ name }) => name === FILE_NAMES.images)?.bytes,
})

/** Returns the sizes of planned files. One whose server does not report its size counts as empty. Pure. */
export function plannedRowFiles({ files }: ImportPlan): RowFiles {
  const find = (source: Slice['source']) => files.find((file) => file.source === source)
  const images = find('images')
  return { annotations: find('annotations')?.size ?? 0, images: images && (images.size ?? 0) }
}

/** Lists the numbers of all slices of an import. Pure. */
export const listSlices = (stored: StoredSources): number[] => [...planSlices(storedRowFiles(stored)).keys()]
