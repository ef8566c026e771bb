import * as z from 'zod'
import { planGroups } from '../../box-index/join-lists.ts'
import { PART_BYTES } from '../../platform/storage/multipart.ts'
import { RANGE_BYTES } from '../../platform/storage/read-ahead.ts'
import { HELD_BYTES } from './count-classes.ts'
import { chunkCount, type ImportPlan, sliceCuts } from './import-plan.ts'

/** What an import takes, told before anything is done. A file whose server does not tell its size counts as empty. */
export const ImportPreview = z
  .object({
    files: z
      .array(z.object({ source: z.string(), uri: z.string(), bytes: z.int().optional(), parts: z.int() }))
      .describe('A file whose server does not tell its size has no `bytes`, and counts as empty'),
    totalBytes: z.int().describe('Bytes of all files'),
    messages: z
      .int()
      .describe('SQS messages: two that start rounds, one a part, one a slice of the rows, and the event at the end'),
    requests: z.int().describe('Requests, to S3 and to where the files are, at the most when each succeeds at once'),
    objects: z.int().describe('Objects that are in the bucket afterwards'),
  })
  .meta({ id: 'ImportPreview', description: 'What an import takes, told before anything is done.' })
export type ImportPreview = z.infer<typeof ImportPreview>

/** For each file: open it; start and complete its upload. */
const REQUESTS_PER_FILE = 3
/**
 * For each part: start and end of the round, its receipt (read twice, written once), plan (twice), list of receipts,
 * and the part itself (opened, read, stored).
 */
const REQUESTS_PER_PART = 11
/**
 * For each slice: its round, receipt and plan (9), the box file (noted, opened, its header, where the slice begins and
 * ends: 7), its images and its part of the index (stored; how often they are read depends on how many there are), the
 * dataset, and the read that goes over a range's end.
 */
const REQUESTS_PER_SLICE = 20
/**
 * For the import: to start and show it 9, to send two rounds out 6, to check the files 17, to make it current 16, to
 * remove what only counting and joining needed 2.
 */
const REQUESTS_PER_IMPORT = 50
/** Dataset, plan, start and end of two rounds, what is known of the box file, its index, and the classes. */
const OBJECTS_PER_IMPORT = 9
/** An index has about so many times fewer bytes than its box file, and so have packed images: published ones 11 and 24. */
const INDEX_SHARE = 8
const IMAGES_SHARE = 16

/** What a planned import takes. Pure. */
export function previewPlan(plan: ImportPlan): ImportPreview {
  const { files } = plan
  const parts = chunkCount(plan)
  const rowBytes = files.find(({ source }) => source === 'annotations')?.size ?? 0
  const slices = sliceCuts(rowBytes).length - 1
  // What comes as one stream is one chunk, and is stored in parts all the same.
  const streamed = files.filter(({ ranged }) => !ranged)
  const streamedParts = streamed.reduce((sum, { size = 0 }) => sum + Math.ceil(size / PART_BYTES), 0)
  const indexBytes = rowBytes / INDEX_SHARE
  const imagesBytes = rowBytes / IMAGES_SHARE
  return {
    files: files.map(({ source, uri, size, parts }) => ({ source, uri, bytes: size, parts })),
    totalBytes: files.reduce((sum, { size }) => sum + (size ?? 0), 0),
    messages: parts + slices + 3,
    requests:
      files.length * REQUESTS_PER_FILE +
      parts * REQUESTS_PER_PART +
      streamedParts +
      slices *
        (REQUESTS_PER_SLICE + Math.ceil(indexBytes / planGroups(indexBytes)) + Math.ceil(imagesBytes / HELD_BYTES)) +
      Math.ceil(indexBytes / PART_BYTES) +
      Math.ceil(rowBytes / RANGE_BYTES) +
      REQUESTS_PER_IMPORT,
    objects: files.length + parts + slices + OBJECTS_PER_IMPORT,
  }
}
