import type { Criteria } from '../../contracts/criteria.ts'
import { MAX_HEADER_BYTES } from '../../open-images/header.ts'
import type { ReadCost } from '../../platform/storage/metered.ts'
import { RANGE_BYTES, RANGES_IN_FLIGHT } from '../../platform/storage/read-ahead.ts'
import { MAX_GAP_BYTES, MAX_READ_BYTES } from '../../platform/storage/read-ranges.ts'
import { PAGE_IMAGES } from './image-rows.ts'

/** Images are spread unevenly, so a scan is expected to read this many times the share of the file it needs. */
const UNEVENNESS = 2

/**
 * Estimates how many bytes of the file a scan reads. It reads to the end if a class has too few images. Pure.
 * @param available images of each class in the dataset
 */
export function estimateScanBytes(fileBytes: number, criteria: Criteria, available: readonly number[]): number {
  const needed = criteria.examplesPerClass * (criteria.batchOffset + 1)
  const share = Math.max(...available.map((count) => (count === 0 ? 1 : (UNEVENNESS * needed) / count)))
  return Math.ceil(fileBytes * Math.min(1, share))
}

/**
 * Returns the maximum of images in a batch, reached when no filter and no other class takes one. Pure.
 * @param available images of each class in the dataset
 */
export function maxImages({ examplesPerClass, batchOffset }: Criteria, available: readonly number[]): number {
  const remaining = available.map((count) => Math.max(0, count - examplesPerClass * batchOffset))
  return remaining.reduce((sum, count) => sum + Math.min(count, examplesPerClass), 0)
}

/** The box file to select from. */
export interface EstimatedFile {
  readonly bytes: number
  /** Whether all rows of an image are adjacent. */
  readonly groupedByImage: boolean
}

/** Assumed size of an image's rows; those of Open Images have 400 to 700 bytes. */
const IMAGE_BYTES = 1 << 10

/**
 * Estimates what a selection by scan costs: the header, the scan, and the rows of the chosen images. The number of
 * requests is exact for a file of a few ranges. Pure.
 * @param available images of each class in the dataset
 */
export function estimateCost(file: EstimatedFile, criteria: Criteria, available: readonly number[]): ReadCost {
  const images = maxImages(criteria, available)
  const scanBytes = estimateScanBytes(file.bytes, criteria, available)
  const wholeFile = Math.ceil(file.bytes / RANGE_BYTES)
  // A scan that stops early has requested the next ranges already.
  const scan = Math.min(wholeFile, Math.ceil(scanBytes / RANGE_BYTES) + RANGES_IN_FLIGHT - 1)
  const isScattered = !file.groupedByImage && images > 0
  const rows = estimateRowCost(images, available.length * scanBytes)
  return {
    requests: 1 + scan + (isScattered ? wholeFile : 0) + rows.requests,
    bytes:
      Math.min(MAX_HEADER_BYTES, file.bytes) +
      Math.min(file.bytes, scan * RANGE_BYTES) +
      (isScattered ? file.bytes : 0) +
      rows.bytes,
  }
}

/** @param spread bytes over which the images are spread: the scanned part of the file, once per class */
function estimateRowCost(images: number, spread: number): ReadCost {
  if (spread > images * MAX_GAP_BYTES) return { requests: images, bytes: images * IMAGE_BYTES }
  const requests = Math.max(Math.ceil(images / PAGE_IMAGES), Math.ceil(spread / MAX_READ_BYTES))
  return { requests, bytes: images === 0 ? 0 : spread }
}
