import {
  OMITTED_OUTCOMES,
  type Omissions,
  type OmittedImage,
  type OmittedOutcome,
} from '../../contracts/omitted-image.ts'
import type { Warning } from '../../contracts/warning.ts'

/** Why an image is left out. */
export type Omission = Omit<OmittedImage, 'imageId'>

/** How much of the omitted images is listed. The others are only counted. */
export interface ListLimits {
  readonly maxImages: number
  /** Of the list as JSON, in UTF-8. */
  readonly maxBytes: number
}

const MAX_REASON_CHARACTERS = 300

/** Counts omitted images, and lists the first of them. Images that an edited manifest lacks are counted only. */
export function omissionCollector({ maxImages, maxBytes }: ListLimits) {
  const omitted: OmittedImage[] = []
  const counts = new Map<OmittedOutcome, number>()
  let bytes = 0
  return {
    add({ imageId, outcome, reason }: OmittedImage): void {
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
      if (outcome === 'not-in-manifest' || omitted.length >= maxImages || bytes > maxBytes) return
      const image = { imageId, outcome, reason: shorten(reason) }
      bytes += Buffer.byteLength(JSON.stringify(image))
      if (bytes <= maxBytes) omitted.push(image)
    },
    report: (): Omissions => ({
      omittedCount: [...counts.values()].reduce((sum, count) => sum + count, 0),
      omittedByOutcome: Object.fromEntries([...counts].sort(byPlace)),
      omitted,
    }),
  }
}

/** The order of the list of outcomes; one that only a newer version knows comes first. */
const byPlace = ([one]: [OmittedOutcome, number], [other]: [OmittedOutcome, number]): number =>
  OMITTED_OUTCOMES.indexOf(one) - OMITTED_OUTCOMES.indexOf(other)

const shorten = (reason: string): string =>
  reason.length > MAX_REASON_CHARACTERS ? `${reason.slice(0, MAX_REASON_CHARACTERS)}…` : reason

/**
 * Returns the warning that images are left out; none for those that an edited manifest lacks, as its editor wanted that.
 * Pure.
 */
export function findOmissionWarnings({
  omittedCount,
  omittedByOutcome: { 'not-in-manifest': unwanted = 0, ...byOutcome },
}: Pick<Omissions, 'omittedCount' | 'omittedByOutcome'>): Warning[] {
  const count = omittedCount - unwanted
  if (count === 0) return []
  return [
    {
      code: 'images-omitted',
      message: `${count} ${count === 1 ? 'image is' : 'images are'} left out: ${joinCounts(byOutcome)}.`,
    },
  ]
}

/** Returns `3 missing, 1 attribute-too-long`. Pure. */
export const joinCounts = (byOutcome: Omissions['omittedByOutcome']): string =>
  Object.entries(byOutcome)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ')

/** Returns why a job would have no line at all. Pure. */
export const explainNoLine = (
  batch: string,
  { omittedCount, omittedByOutcome }: Pick<Omissions, 'omittedCount' | 'omittedByOutcome'>,
): string =>
  omittedCount === 0
    ? `"${batch}" has no image, or its manifest is empty`
    : `all ${omittedCount} images of "${batch}" are left out: ${joinCounts(omittedByOutcome)}`
