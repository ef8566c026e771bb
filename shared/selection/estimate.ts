import { RANGE_BYTES, RANGES_IN_FLIGHT } from '../bytes/read-ahead.ts'
import { READ_GAP_BYTES, READ_MOST_BYTES } from '../bytes/read-in-order.ts'
import type { Criteria } from './criteria.ts'
import { PAGE_IMAGES } from './image-rows.ts'

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

/** The box file that is selected from. */
export interface EstimatedFile {
  readonly bytes: number
  /** Whether all rows of an image stand together. */
  readonly groupedByImage: boolean
}

/**
 * About how many requests a selection sends: for the header, for the scan, and for the rows of the chosen images.
 * Exact for a file that a few ranges hold.
 * @param available images of each class in the dataset
 */
export function expectedRequests(file: EstimatedFile, criteria: Criteria, available: readonly number[]): number {
  const { examplesPerClass, batchOffset } = criteria
  const left = available.map((count) => Math.max(0, count - examplesPerClass * batchOffset))
  const images = left.reduce((sum, count) => sum + Math.min(count, examplesPerClass), 0)
  const scanBytes = expectedScanBytes(file.bytes, criteria, available)
  const wholeFile = Math.ceil(file.bytes / RANGE_BYTES)
  // Who stops early has asked for the next ranges already.
  const scan = Math.min(wholeFile, Math.ceil(scanBytes / RANGE_BYTES) + RANGES_IN_FLIGHT - 1)
  const scattered = file.groupedByImage || images === 0 ? 0 : wholeFile
  return 1 + scan + scattered + rowRequests(images, available.length * scanBytes)
}

/** @param spread bytes that the images lie in: one class after another, each over all that was scanned */
function rowRequests(images: number, spread: number): number {
  if (spread > images * READ_GAP_BYTES) return images
  return Math.max(Math.ceil(images / PAGE_IMAGES), Math.ceil(spread / READ_MOST_BYTES))
}
