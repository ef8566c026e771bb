import * as z from 'zod'
import { planGroupBytes } from '../../box-index/join-lists.ts'
import { Count } from '../../contracts/fields.ts'
import { hideQuery } from '../../platform/outbound/outbound-url.ts'
import { PART_BYTES } from '../../platform/storage/multipart.ts'
import { RANGE_BYTES } from '../../platform/storage/read-ahead.ts'
import { HELD_BYTES } from './count-classes.ts'
import { chunkCount, type ImportPlan } from './import-plan.ts'
import { plannedRowFiles, planSlices } from './slices.ts'

const FilePreview = z
  .object({
    source: z.string().describe('Which of the sources it is'),
    uri: z.string().describe('Where it is read from; the query of an `https` URI is shown as `?…`'),
    bytes: Count.optional().describe('Size in bytes'),
    parts: Count.describe('Parts that it is fetched in'),
  })
  .meta({ id: 'ImportFile', description: 'A file to import.' })

/** Cost of an import, estimated before it starts. A file whose server does not report its size counts as empty. */
export const ImportPreview = z
  .object({
    files: z
      .array(FilePreview)
      .describe('Files to import. A file whose server does not report its size has no `bytes`, and counts as empty.'),
    totalBytes: Count.describe('Total size of all files in bytes'),
    messages: Count.describe(
      'SQS messages: one per round, one per part, one per slice of the rows, and the final event',
    ),
    requests: Count.describe('Upper estimate of requests to S3 and to the servers of the files, without retries'),
    objects: Count.describe('Objects that the import adds to the bucket'),
  })
  .meta({ id: 'ImportPreview', description: 'Cost of an import. Nothing is written.' })
export type ImportPreview = z.infer<typeof ImportPreview>

/** For each file: open it, start and complete its upload. */
const REQUESTS_PER_FILE = 3
/**
 * For each part: start and end of the round, its receipt (2 reads, 1 write), the plan (2 reads), a list of receipts, and
 * the part itself (open, read, write).
 */
const REQUESTS_PER_PART = 11
/**
 * For each slice: round, receipt and plan (9), the box file (its record, open, header, both ends of the slice: 7), its
 * packed images and its part of the index (2 writes; the reads depend on their size), the dataset, and one read for a
 * range that exceeds the slice.
 */
const REQUESTS_PER_SLICE = 20
/**
 * For the import: start and describe it (9), start two rounds (6), check the files (20), make it current (12), remove
 * the intermediate files (2). A test measures it.
 */
export const REQUESTS_PER_IMPORT = 49
/** Dataset, plan, start and end of two rounds, record of the box file, index, and class counts. */
const OBJECTS_PER_IMPORT = 9
/** The box file is at least this many times as large as its index and its packed images; 11 and 24 times as published. */
const INDEX_SHARE = 8
const IMAGES_SHARE = 16

/** Estimates the cost of a planned import. Pure. */
export function previewPlan(plan: ImportPlan): ImportPreview {
  const { files } = plan
  const parts = chunkCount(plan)
  const rowBytes = files.find(({ source }) => source === 'annotations')?.size ?? 0
  const slices = planSlices(plannedRowFiles(plan)).length
  // A file that is read as one stream is one chunk, but is stored in parts.
  const streamed = files.filter(({ ranged }) => !ranged)
  const streamedParts = streamed.reduce((sum, { size = 0 }) => sum + Math.ceil(size / PART_BYTES), 0)
  const indexBytes = rowBytes / INDEX_SHARE
  const imagesBytes = rowBytes / IMAGES_SHARE
  return {
    files: files.map(({ source, uri, size, parts }) => ({ source, uri: hideQuery(uri), bytes: size, parts })),
    totalBytes: files.reduce((sum, { size }) => sum + (size ?? 0), 0),
    messages: parts + slices + 3,
    requests:
      files.length * REQUESTS_PER_FILE +
      parts * REQUESTS_PER_PART +
      streamedParts +
      slices *
        (REQUESTS_PER_SLICE +
          Math.ceil(indexBytes / planGroupBytes(indexBytes)) +
          Math.ceil(imagesBytes / HELD_BYTES)) +
      Math.ceil(indexBytes / PART_BYTES) +
      Math.ceil(rowBytes / RANGE_BYTES) +
      REQUESTS_PER_IMPORT,
    objects: files.length + parts + slices + OBJECTS_PER_IMPORT,
  }
}
