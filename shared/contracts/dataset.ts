import * as z from 'zod'
import { FLAG_NAMES } from './flags.ts'
import { ImageId } from './image-id.ts'
import { Instant } from './instant.ts'
import { RESERVED_NAMES } from './reserved-names.ts'
import { StoredProblem } from './stored-problem.ts'

export const DatasetName = z
  .string()
  .regex(/^[a-z0-9](-?[a-z0-9]){0,62}$/, 'must be 1 to 63 lower-case letters, digits and inner hyphens')
  .refine((name) => !RESERVED_NAMES.includes(name), { error: `must not be one of ${RESERVED_NAMES.join(', ')}` })

/** Addresses travel in headers and XML, and S3 wants no key with a segment that only moves in a path. */
const Address = z
  .string()
  .max(1024)
  .refine((uri) => !/\p{Cc}/u.test(uri), { error: 'must not hold control characters' })
  .refine((uri) => !/^s3:.*\/\.{1,2}(\/|$)/s.test(uri), { error: 'must not have . or .. between its slashes' })

const Uri = Address.regex(
  /^(s3:\/\/[^/]+\/.+|https?:\/\/.+)$/,
  'must be an address like s3://bucket/key or https://host/path',
)

/** Where a dataset's files are: the box CSV, names of classes, which of them are boxed, their hierarchy, the image list. */
export const Sources = z
  .strictObject({
    annotations: Uri.describe('The CSV of boxes'),
    classDescriptions: Uri.describe('The CSV of class ids and names'),
    boxableClassDescriptions: Uri.optional().describe('Which of the classes are boxed; without it, all'),
    hierarchy: Uri.describe('The JSON tree of classes'),
    images: Uri.optional().describe('The CSV of authors, licences and rotations'),
  })
  .meta({
    id: 'DatasetSources',
    description: 'Where the files of a dataset are: `s3://bucket/key` or `https://host/path`.',
  })
export type Sources = z.infer<typeof Sources>

/** The body of `PUT /v1/datasets/{dataset}`. */
export const Registration = z
  .strictObject({
    title: z.string().min(1).max(200).describe('For people'),
    sources: Sources,
    imageLocation: Address.regex(
      /^s3:\/\/[^/]+\/.*\{imageId\}/,
      'must be like s3://bucket/folder/{imageId}.jpg',
    ).describe('Where each image is, with `{imageId}` in place of its id'),
    skipImages: z.array(ImageId).max(10_000).default([]).describe('Image ids that no batch is ever given'),
  })
  .meta({ id: 'DatasetRegistration', description: 'A dataset of your own in the Open Images CSV form.' })
export type Registration = z.infer<typeof Registration>

/** An import that is whole: what batches read. */
export const CurrentImport = z.object({
  importId: z.string(),
  importedAt: z.string(),
  imageCount: z.int(),
  boxCount: z.int(),
  classCount: z.int(),
  annotations: z.object({
    uri: z.string(),
    bytes: z.int(),
    etag: z.string(),
    contentHash: z.string(),
    groupedByImage: z.boolean(),
  }),
  index: z
    .object({ uri: z.string(), bytes: z.int(), etag: z.string() })
    .optional()
    .describe("Where each class's images are; none where rows of an image stand apart, or were too many for it"),
})
export type CurrentImport = z.infer<typeof CurrentImport>

/** What the API answers about a dataset. */
export const DatasetView = z
  .object({
    dataset: z.string(),
    title: z.string(),
    state: z
      .enum(['registered', 'importing', 'ready', 'failed', 'deleting'])
      .describe('`failed`: the last import came to nothing; what was imported before can still be used'),
    sources: Sources,
    imageLocation: z.string(),
    skipImages: z.array(z.string()).describe('Image ids that no batch is ever given'),
    imageCount: z.int().optional().describe('Images with at least one box'),
    boxCount: z.int().optional().describe('Rows of the box file'),
    classCount: z.int().optional().describe('Classes that are boxed'),
    importedAt: Instant.optional(),
    annotations: CurrentImport.shape.annotations
      .optional()
      .describe('The box file as it was stored: size in bytes, ETag, and a hash of what is in it'),
    index: CurrentImport.shape.index.describe(
      'Where each class has its images; none where rows of an image stand apart',
    ),
    progress: z
      .object({ step: z.enum(['fetching', 'checking']), bytes: z.int(), totalBytes: z.int() })
      .optional()
      .describe('How far the import is that runs'),
    problem: StoredProblem.optional().describe('Why the last import failed'),
  })
  .meta({ id: 'Dataset', description: 'A public image dataset, as far as it is known here.' })
export type DatasetView = z.infer<typeof DatasetView>

export const ExcludableFlag = z.enum(FLAG_NAMES)
