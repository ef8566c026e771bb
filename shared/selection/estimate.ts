import type { Criteria } from './criteria.ts'

/** Images are spread unevenly: a scan may have to go this much further than the share of images it needs. */
const UNEVENNESS = 2

/**
 * About how many bytes of the file a scan reads: to its end when a class has too few images.
 * @param available images of each class in the dataset
 */
export function expectedScanBytes(fileBytes: number, criteria: Criteria, available: readonly number[]): number {
  const needed = criteria.examplesPerClass * (criteria.batchOffset + 1)
  const share = Math.max(...available.map((count) => (count === 0 ? 1 : (UNEVENNESS * needed) / count)))
  return Math.ceil(fileBytes * Math.min(1, share))
}
