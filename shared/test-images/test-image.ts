import * as z from 'zod'
import { Instant } from '../contracts/instant.ts'
import { StoredProblem } from '../contracts/stored-problem.ts'

export const TestImageId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be the imageId of a test image: 32 digits and letters a to f')

/** The body of `POST /v1/test-images`; what an address must be is told as `bad-source`. */
export const TestImagesRequest = z
  .strictObject({ urls: z.array(z.string().min(1).max(2048)).min(1).max(100) })
  .meta({ id: 'TestImagesRequest', description: 'Addresses of images: https, at public addresses.' })

/** What is known of a test image whatever became of it. */
const Known = z.object({
  imageId: TestImageId,
  /** Its address without query, which may be a signature. */
  url: z.string(),
  requestedAt: z.string(),
})

/** The whole address, with all its secrets, is kept only as long as it is needed. */
const Queued = Known.extend({
  state: z.literal('queued'),
  /** Queued anew, it has another. */
  queuedId: z.string(),
  address: z.string(),
  /** What went wrong when it was last tried. */
  problem: StoredProblem.optional(),
})
export type QueuedTestImage = z.infer<typeof Queued>

const Stored = Known.extend({
  state: z.literal('stored'),
  format: z.enum(['jpg', 'png']),
  bytes: z.int(),
  /** Size in pixels as stored, not turned by EXIF. */
  width: z.int(),
  height: z.int(),
  storedAt: z.string(),
})
export type StoredTestImage = z.infer<typeof Stored>

const Failed = Known.extend({ state: z.literal('failed'), problem: StoredProblem, failedAt: z.string() })

/** `system/test-images/<imageId>.json`: what became of one address. */
export const TestImageState = z.discriminatedUnion('state', [Queued, Stored, Failed])
export type TestImageState = z.infer<typeof TestImageState>

/** What the API answers about a test image. */
export const TestImageView = Known.extend({
  state: z.enum(['queued', 'stored', 'failed']).describe('`queued` until it was fetched, or has failed for good'),
  problem: StoredProblem.optional().describe('What went wrong when it was last tried'),
  contentType: z.string().optional(),
  bytes: z.int().optional().describe('Size of the file'),
  width: z.int().optional().describe('Pixels, as stored: not turned by EXIF'),
  height: z.int().optional().describe('Pixels, as stored: not turned by EXIF'),
  uri: z.string().optional().describe('Where it is stored: `s3://bucket/data/test/<imageId>.jpg`'),
  link: z.string().optional().describe('Lets anyone read it until `linkExpiresAt`'),
  linkExpiresAt: Instant.optional(),
  storedAt: Instant.optional(),
  failedAt: Instant.optional(),
}).meta({ id: 'TestImage', description: 'What became of one address: an image, or what went wrong.' })
export type TestImageView = z.infer<typeof TestImageView>

/** A test image for each address, in the order of the request. */
export const TestImagesView = z
  .object({ items: z.array(TestImageView) })
  .meta({ id: 'TestImages', description: 'A test image for each address, in the order of the request.' })
export type TestImagesView = z.infer<typeof TestImagesView>

/** What `POST /v1/test-images?validateOnly=true` answers, in the order of the request. */
export const TestImagesPreview = z
  .object({
    fetches: z.int().describe('How many would be fetched, and how many bytes that could be'),
    mostBytes: z.int(),
    items: z.array(
      z.object({
        imageId: TestImageId,
        url: z.string(),
        state: z
          .enum(['queued', 'stored', 'failed'])
          .optional()
          .describe('As it stands; none where the address is new'),
        willFetch: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'TestImagesPreview', description: 'What would be fetched, in the order of the request.' })
export type TestImagesPreview = z.infer<typeof TestImagesPreview>

/** On the queue `test-images`. It carries no address: that may be a secret. */
export const FetchTestImageMessage = z.object({ imageId: TestImageId, requestId: z.string() })
export type FetchTestImageMessage = z.infer<typeof FetchTestImageMessage>
