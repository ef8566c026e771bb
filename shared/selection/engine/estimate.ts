import type { Criteria } from '../../contracts/criteria.ts'
import { MAX_HEADER_BYTES } from '../../open-images/header.ts'
import type { ReadCost } from '../../platform/storage/metered.ts'
import { RANGE_BYTES, RANGES_IN_FLIGHT } from '../../platform/storage/read-ahead.ts'
import { MAX_GAP_BYTES, MAX_READ_BYTES } from '../../platform/storage/read-ranges.ts'
import { PAGE_IMAGES } from './image-rows.ts'

/** Images are spread unevenly: a scan may have to go this much further than the share of images it needs. */
const UNEVENNESS = 2

/**
 * About how many bytes of the file a scan reads: to its end when a class has too few images.
 * @param available images of each class in the dataset
 */
export function estimateScanBytes(fileBytes: number, criteria: Criteria, available: readonly number[]): number {
  const needed = criteria.examplesPerClass * (criteria.batchOffset + 1)
  const share = Math.max(...available.map((count) => (count === 0 ? 1 : (UNEVENNESS * needed) / count)))
  return Math.ceil(fileBytes * Math.min(1, share))
}

/**
 * How many images a batch has at most: as many as it has where no filter and no other class takes one. Pure.
 * @param available images of each class in the dataset
 */
export function maxImages({ examplesPerClass, batchOffset }: Criteria, available: readonly number[]): number {
  const left = available.map((count) => Math.max(0, count - examplesPerClass * batchOffset))
  return left.reduce((sum, count) => sum + Math.min(count, examplesPerClass), 0)
}

/** The box file that is selected from. */
export interface EstimatedFile {
  readonly bytes: number
  /** Whether all rows of an image stand together. */
  readonly groupedByImage: boolean
}

/** An image's rows, where nothing of the file is known: those of Open Images are 400 to 700 bytes. */
const IMAGE_BYTES = 1 << 10

/**
 * About what a selection by scan takes: for the header, for the scan, and for the rows of the chosen images.
 * Its requests are exact for a file that a few ranges hold.
 * @param available images of each class in the dataset
 */
export function estimateCost(file: EstimatedFile, criteria: Criteria, available: readonly number[]): ReadCost {
  const images = maxImages(criteria, available)
  const scanBytes = estimateScanBytes(file.bytes, criteria, available)
  const wholeFile = Math.ceil(file.bytes / RANGE_BYTES)
  // Who stops early has asked for the next ranges already.
  const scan = Math.min(wholeFile, Math.ceil(scanBytes / RANGE_BYTES) + RANGES_IN_FLIGHT - 1)
  const isScattered = !file.groupedByImage && images > 0
  const rows = expectedRowCost(images, available.length * scanBytes)
  return {
    requests: 1 + scan + (isScattered ? wholeFile : 0) + rows.requests,
    bytes:
      Math.min(MAX_HEADER_BYTES, file.bytes) +
      Math.min(file.bytes, scan * RANGE_BYTES) +
      (isScattered ? file.bytes : 0) +
      rows.bytes,
  }
}

/** @param spread bytes that the images lie in: one class after another, each over all that was scanned */
function expectedRowCost(images: number, spread: number): ReadCost {
  if (spread > images * MAX_GAP_BYTES) return { requests: images, bytes: images * IMAGE_BYTES }
  const requests = Math.max(Math.ceil(images / PAGE_IMAGES), Math.ceil(spread / MAX_READ_BYTES))
  return { requests, bytes: images === 0 ? 0 : spread }
}
