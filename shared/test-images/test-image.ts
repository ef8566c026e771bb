import * as z from 'zod'
import { Count, S3Uri } from '../contracts/fields.ts'
import { ImageLink } from '../contracts/image-link.ts'
import { instant } from '../contracts/instant.ts'
import { MAX_VERIFIED_ITEMS } from '../contracts/page.ts'
import { StoredProblem } from '../contracts/stored-problem.ts'
import { unreadableItem } from '../contracts/unreadable.ts'
import { flag } from '../platform/http/validate-only.ts'
import { ProblemState } from '../platform/state/common-states.ts'
import { recordType } from '../platform/state/record-type.ts'
import { storedEnum, storedObject, storedUnion } from '../platform/state/stored-schema.ts'

export const TestImageId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be the imageId of a test image: 32 digits and letters a to f')
  .meta({ minLength: 32, maxLength: 32, description: 'Id of the test image' })

/** What became of a stored image: its object does not exist any more, or another one is in its place. */
export const LOSSES = ['gone', 'changed'] as const
export type Loss = (typeof LOSSES)[number]

/** The query parameter of reads that look at objects too. */
export const VERIFY = flag(
  `Look whether each stored image is still there, as it was stored; a list then has at most ${MAX_VERIFIED_ITEMS} items a page`,
)

const MAX_URLS = 100

/**
 * The body of `POST /v1/test-images`. URLs that are not allowed are refused later, as `bad-source`, and duplicates too,
 * since two texts can be one URL.
 */
export const TestImagesRequest = z
  .strictObject({
    urls: z
      .array(z.string().min(1).max(2048))
      .min(1)
      .max(MAX_URLS)
      .meta({ uniqueItems: true })
      .describe('URLs of images'),
  })
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
  /** The URL that sent it, without query, where it is not `url`. */
  redirectedTo: z.string().optional(),
  storedAt: z.string(),
  /** ETag of the stored object. Older versions did not record it. */
  etag: z.string().optional(),
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
    url: COMMON.url.describe('Its URL without query, which may be a signature'),
    requestedAt: instant('When it was requested'),
    state: z
      .enum(['queued', 'stored', 'failed', ...LOSSES])
      .describe(
        '`queued` until it was fetched or has failed permanently. Only where the object is looked at, with `verify` and by `POST /v1/test-images`: `gone` where it does not exist any more, and `changed` where another object is in its place',
      ),
    problem: StoredProblem.optional().describe('The error of the last attempt, or what became of the stored image'),
    contentType: z.string().optional().describe('`image/jpeg` or `image/png`'),
    bytes: Count.optional().describe('Size in bytes'),
    width: Count.optional().describe('Width in pixels as stored, without EXIF rotation'),
    height: Count.optional().describe('Height in pixels as stored, without EXIF rotation'),
    uri: S3Uri.optional().describe('Where it is stored: `s3://bucket/data/test/<imageId>.jpg`'),
    redirectedTo: z
      .string()
      .optional()
      .describe('The URL that sent the image, without query; present if `url` redirects to it'),
    ...ImageLink.shape,
    storedAt: instant('When it was stored').optional(),
    failedAt: instant('When it failed permanently').optional(),
  })
  .meta({ id: 'TestImage', description: 'A test image: the stored image of one URL, or why it could not be fetched.' })
export type TestImageView = z.infer<typeof TestImageView>

/** A test image in a list. */
export const TestImageItem = z
  .discriminatedUnion('state', [TestImageView, unreadableItem('imageId', 'UnreadableTestImage')])
  .meta({
    id: 'TestImageItem',
    description: 'A test image in a list.',
  })
export type TestImageItem = z.infer<typeof TestImageItem>

/** A test image for each URL, in the order of the request. */
export const TestImagesView = z
  .object({ items: z.array(TestImageView).max(MAX_URLS) })
  .meta({ id: 'TestImages', description: 'A test image for each URL, in the order of the request.' })
export type TestImagesView = z.infer<typeof TestImagesView>

const PlannedFetch = z
  .object({
    imageId: TestImageId,
    url: z.string().describe('The URL of the request'),
    state: z
      .enum(['queued', 'stored', 'failed', ...LOSSES])
      .optional()
      .describe('Current state; absent for a new URL, and where it cannot be read'),
    willFetch: z.boolean().describe('Whether the image would be fetched'),
  })
  .meta({ id: 'PlannedFetch', description: 'What a request would do with one URL.' })

/** The response of `POST /v1/test-images?validateOnly=true`. */
export const TestImagesPreview = z
  .object({
    fetches: Count.describe('How many images would be fetched'),
    mostBytes: Count.describe('Upper bound of the bytes to be fetched'),
    items: z.array(PlannedFetch).max(MAX_URLS),
  })
  .meta({ id: 'TestImagesPreview', description: 'Preview of a request, in its order; nothing is written.' })
export type TestImagesPreview = z.infer<typeof TestImagesPreview>

/** A message of the queue `test-images`. It carries no URL, which may hold a secret. */
export const FetchTestImageMessage = z.object({ imageId: TestImageId, requestId: z.string() })
export type FetchTestImageMessage = z.infer<typeof FetchTestImageMessage>
