import * as z from 'zod'
import { Count, S3Uri } from './fields.ts'
import { FLAG_NAMES } from './flags.ts'
import { IMAGE_ID_BYTES, ImageId } from './image-id.ts'
import { instant } from './instant.ts'
import { RESERVED_NAMES } from './reserved-names.ts'
import { StoredProblem } from './stored-problem.ts'
import { Warning } from './warning.ts'

const NAME_RULE = 'must be 1 to 63 lower-case letters, digits and inner hyphens'

export const DatasetName = z
  .string()
  // The pattern limits the letters and digits, but not the hyphens between them.
  .max(63, { error: NAME_RULE, abort: true })
  .regex(/^[a-z0-9](-?[a-z0-9]){0,62}$/, NAME_RULE)
  .meta({ minLength: 1 })
  .refine((name) => !RESERVED_NAMES.includes(name), { error: `must not be one of ${RESERVED_NAMES.join(', ')}` })
  .describe('Name of the dataset')

/** The longest key of an S3 object. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024

/** Counts the bytes of the key in the URI of an S3 object, with an image id in it; 0 for other URIs. */
function countKeyBytes(uri: string): number {
  const [, key = ''] = /^s3:\/\/[^/]+\/(.*)$/s.exec(uri) ?? []
  return new TextEncoder().encode(key.replaceAll('{imageId}', '0'.repeat(IMAGE_ID_BYTES))).length
}

/** Addresses are sent in headers and XML, which rule out control characters. Clients resolve . and .. in S3 keys. */
const Address = z
  .string()
  .max(1024)
  .refine((uri) => countKeyBytes(uri) <= MAX_KEY_BYTES, {
    error: `must have a key of at most ${MAX_KEY_BYTES} bytes in UTF-8, with an id of 16 characters for {imageId}`,
  })
  .refine((uri) => !/\p{Cc}/u.test(uri), { error: 'must not contain control characters' })
  .refine((uri) => !/^s3:.*\/\.{1,2}(\/|$)/s.test(uri), { error: 'must not contain . or .. as a path segment' })

const Uri = Address.regex(
  /^(s3:\/\/[^/]+\/.+|https?:\/\/.+)$/,
  'must be a URI like s3://bucket/key or https://host/path',
)

/** URIs of a dataset's metadata files. */
export const Sources = z
  .strictObject({
    annotations: Uri.describe('CSV file of bounding boxes'),
    classDescriptions: Uri.describe('CSV file of class ids and display names'),
    boxableClassDescriptions: Uri.optional().describe(
      'CSV file of the boxable classes. Default: all classes that occur in the hierarchy or in the boxes.',
    ),
    hierarchy: Uri.describe('JSON file of the class hierarchy'),
    images: Uri.optional().describe('CSV file of authors, licenses and rotations of the images'),
  })
  .meta({
    id: 'DatasetSources',
    description: 'URIs of the metadata files of a dataset: `s3://bucket/key` or `https://host/path`.',
  })
export type Sources = z.infer<typeof Sources>

/** The body of `PUT /v1/datasets/{dataset}`. */
export const Registration = z
  .strictObject({
    title: z.string().min(1).max(200).describe('Display title'),
    sources: Sources,
    imageLocation: Address.regex(
      /^s3:\/\/[^/]+\/.*\{imageId\}/,
      'must be like s3://bucket/folder/{imageId}.jpg',
    ).describe('URI of an image, with `{imageId}` in place of its id'),
    skipImages: z.array(ImageId).max(10_000).default([]).describe('Ids of images that are never selected'),
  })
  .meta({ id: 'DatasetRegistration', description: 'A dataset of your own, in the Open Images CSV format.' })
export type Registration = z.infer<typeof Registration>

/** A complete import, which batches read from. */
export const CurrentImport = z.object({
  importId: z.string(),
  importedAt: z.string(),
  imageCount: Count,
  boxCount: Count,
  classCount: Count,
  annotations: z.object({
    uri: S3Uri,
    bytes: Count.describe('Size in bytes'),
    etag: z.string(),
    contentHash: z.string().describe('SHA-256 of its content'),
    groupedByImage: z.boolean().describe('Whether the rows of each image are adjacent'),
  }),
  index: z
    .object({ uri: S3Uri, bytes: Count.describe('Size in bytes'), etag: z.string() })
    .optional()
    .describe(
      "The index of each class's images. Absent if the rows of an image are not adjacent, or are too many for an index record.",
    ),
})
export type CurrentImport = z.infer<typeof CurrentImport>

/** A file of an import that is not as it was imported. */
const LostFile = z
  .object({
    uri: S3Uri,
    state: z
      .enum(['gone', 'changed'])
      .describe(
        '`gone`: it does not exist any more. `changed`: its size or its ETag is another one; a file that was restored with the same content is read all the same',
      ),
  })
  .meta({ id: 'LostFile', description: 'A file of an import that is not as it was imported.' })
export type LostFile = z.infer<typeof LostFile>

/** A dataset in responses. */
export const DatasetView = z
  .object({
    dataset: DatasetName,
    title: Registration.shape.title,
    state: z
      .enum(['registered', 'importing', 'ready', 'failed', 'deleting'])
      .describe('`failed`: the last import failed. The previous import, if any, remains usable.'),
    sources: Sources.describe(
      'Its metadata files; the query of an `https` URI, which may be a signature, is shown as `?…`',
    ),
    imageLocation: S3Uri.describe('URI of an image, with `{imageId}` in place of its id'),
    skipImages: z.array(ImageId).describe('Ids of images that are never selected'),
    imageCount: Count.optional().describe('Number of images with at least one box'),
    boxCount: Count.optional().describe('Number of boxes'),
    classCount: Count.optional().describe('Number of classes with at least one box'),
    importedAt: instant('When the current import was complete').optional(),
    annotations: CurrentImport.shape.annotations
      .optional()
      .describe('The stored box file: URI, size in bytes, ETag and content hash'),
    index: CurrentImport.shape.index.describe(
      "The index of each class's images. Absent if the rows of an image are not adjacent, or are too many for an index record.",
    ),
    imageList: z
      .object({
        images: Count.describe('Images with a row in the image list'),
        licenses: Count.describe('Images with a license in it'),
      })
      .optional()
      .describe('How many of the `imageCount` images the image list covers. Absent if the dataset has none.'),
    warnings: z.array(Warning).describe('What the current import found that is valid, but may not be intended'),
    progress: z
      .object({
        step: z.enum(['fetching', 'checking']),
        bytes: Count.describe('Bytes that are done in this step'),
        totalBytes: Count.describe('Bytes of the whole step'),
      })
      .optional()
      .describe('Progress of the running import'),
    problem: StoredProblem.optional().describe('Why the last import failed'),
    lostFiles: z
      .array(LostFile)
      .optional()
      .describe('With `verify`: the files of the current import that are not as they were imported'),
  })
  .meta({ id: 'Dataset', description: 'An image dataset: its sources, state and counts.' })
export type DatasetView = z.infer<typeof DatasetView>

export const ExcludableFlag = z.enum(FLAG_NAMES)
