import * as z from 'zod'
import { Instant } from '../contracts/instant.ts'
import { StoredProblem } from '../contracts/stored-problem.ts'
import { unreadableItem } from '../contracts/unreadable.ts'
import { ProblemState } from '../platform/state/common-states.ts'
import { recordType } from '../platform/state/record-type.ts'
import { storedEnum, storedObject, storedUnion } from '../platform/state/stored-schema.ts'

export const TestImageId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be the imageId of a test image: 32 digits and letters a to f')

/** The body of `POST /v1/test-images`. URLs that are not allowed are refused later, as `bad-source`. */
export const TestImagesRequest = z
  .strictObject({ urls: z.array(z.string().min(1).max(2048)).min(1).max(100) })
  .meta({ id: 'TestImagesRequest', description: 'Image URLs: https, at public addresses.' })

/** The fields of a test image in every state. */
const COMMON = {
  imageId: TestImageId,
  /** Its URL without query, which may be a signature. */
  url: z.string(),
  requestedAt: z.string(),
}

/** Only this state keeps the whole URL, which may hold secrets. */
const Queued = storedObject({
  ...COMMON,
  state: z.literal('queued'),
  /** Changes each time the image is queued. */
  queuedId: z.string(),
  address: z.string(),
  /** The error of the last attempt. */
  problem: ProblemState.optional(),
})
export type QueuedTestImage = z.infer<typeof Queued>

const Stored = storedObject({
  ...COMMON,
  state: z.literal('stored'),
  format: storedEnum(['jpg', 'png']),
  bytes: z.int(),
  /** Size in pixels as stored, without EXIF rotation. */
  width: z.int(),
  height: z.int(),
  storedAt: z.string(),
})
export type StoredTestImage = z.infer<typeof Stored>

const Failed = storedObject({ ...COMMON, state: z.literal('failed'), problem: ProblemState, failedAt: z.string() })

/** `system/test-images/<imageId>.json`: the state of one URL. */
export type TestImageState = z.infer<typeof Queued | typeof Stored | typeof Failed>

export const TEST_IMAGE = recordType(
  'a test image',
  storedUnion(
    'state',
    { queued: Queued, stored: Stored, failed: Failed },
    storedObject({ ...COMMON, state: z.string() }),
  ),
)

/** A test image as the API returns it. */
export const TestImageView = z
  .object({
    ...COMMON,
    state: z.enum(['queued', 'stored', 'failed']).describe('`queued` until it was fetched or has failed permanently'),
    problem: StoredProblem.optional().describe('The error of the last attempt'),
    contentType: z.string().optional(),
    bytes: z.int().optional().describe('Size in bytes'),
    width: z.int().optional().describe('In pixels as stored, without EXIF rotation'),
    height: z.int().optional().describe('In pixels as stored, without EXIF rotation'),
    uri: z.string().optional().describe('Where it is stored: `s3://bucket/data/test/<imageId>.jpg`'),
    link: z.string().optional().describe('Presigned URL of the image, valid until `linkExpiresAt`'),
    linkExpiresAt: Instant.optional(),
    storedAt: Instant.optional(),
    failedAt: Instant.optional(),
  })
  .meta({ id: 'TestImage', description: 'A test image: the stored image of one URL, or why it could not be fetched.' })
export type TestImageView = z.infer<typeof TestImageView>

/** A test image in a list. */
export const TestImageItem = z.union([TestImageView, unreadableItem('imageId', 'UnreadableTestImage')]).meta({
  id: 'TestImageItem',
  description: 'A test image in a list.',
})
export type TestImageItem = z.infer<typeof TestImageItem>

/** A test image for each URL, in the order of the request. */
export const TestImagesView = z
  .object({ items: z.array(TestImageView) })
  .meta({ id: 'TestImages', description: 'A test image for each URL, in the order of the request.' })
export type TestImagesView = z.infer<typeof TestImagesView>

/** The response of `POST /v1/test-images?validateOnly=true`. */
export const TestImagesPreview = z
  .object({
    fetches: z.int().describe('How many images would be fetched'),
    mostBytes: z.int().describe('Upper bound of the bytes to be fetched'),
    items: z.array(
      z.object({
        imageId: TestImageId,
        url: z.string(),
        state: z
          .enum(['queued', 'stored', 'failed'])
          .optional()
          .describe('Current state; absent for a new URL, and where it cannot be read'),
        willFetch: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'TestImagesPreview', description: 'Preview of a request, in its order; nothing is written.' })
export type TestImagesPreview = z.infer<typeof TestImagesPreview>

/** A message of the queue `test-images`. It carries no URL, which may hold a secret. */
export const FetchTestImageMessage = z.object({ imageId: TestImageId, requestId: z.string() })
export type FetchTestImageMessage = z.infer<typeof FetchTestImageMessage>
