import { MAX_LISTED_BOXES, MIN_CHUNK_IMAGES } from '../../../shared/batches/record/image-list.ts'
import { MAX_IMAGES } from '../../../shared/contracts/batch.ts'
import { MAX_ATTRIBUTE_CHARACTERS, MAX_LINE_CHARACTERS } from '../../../shared/manifests/input/manifest-line.ts'
import { MAX_CLASS_IDS } from '../../../shared/open-images/resolve-classes.ts'
import { MAX_CHUNKS } from '../../../shared/platform/fan-out/round.ts'
import { MAX_CANDIDATES_IN_CALL, MAX_IMAGES_IN_CALL, MAX_READ_IN_CALL } from '../../../shared/selection/box-files.ts'
import type { Schemas } from '../api/schema.ts'
import { describeType } from '../api/type-text.ts'
import { formatBytes, formatCount } from '../markdown.ts'
import type { Limit } from './limit.ts'

const REQUEST = 'shared/contracts/batch.ts'

/** Limits of batches and their manifests. Bounds of fields come from the contract. Pure. */
export function listBatchLimits(schemas: Schemas): Limit[] {
  const field = (name: string): string => describeType(schemas.BatchRequest?.properties?.[name] ?? {}, schemas)
  return [
    ['`classNames`', field('classNames'), 'shared/contracts/class-summary.ts'],
    [
      'Class ids of all `classNames` together, with their subclasses',
      formatCount(MAX_CLASS_IDS),
      'shared/open-images/resolve-classes.ts',
    ],
    ['`examplesPerClass`', field('examplesPerClass'), REQUEST],
    ['`batchOffset`', field('batchOffset'), REQUEST],
    ['`skipImages`', field('skipImages'), REQUEST],
    ['Images in a batch: classes × `examplesPerClass`', formatCount(MAX_IMAGES), REQUEST],
    [
      'Images selected within the call; a worker selects more',
      formatCount(MAX_IMAGES_IN_CALL),
      'shared/selection/box-files.ts',
    ],
    [
      'Candidates looked up within the call, including those of earlier batches',
      formatCount(MAX_CANDIDATES_IN_CALL),
      'shared/selection/box-files.ts',
    ],
    [
      'Reads within the call',
      `${formatCount(MAX_READ_IN_CALL.requests)} requests or ${formatBytes(MAX_READ_IN_CALL.bytes)}`,
      'shared/selection/box-files.ts',
    ],
    [
      'Boxes listed of one image; more are counted',
      formatCount(MAX_LISTED_BOXES),
      'shared/batches/record/image-list.ts',
    ],
    ['Chunks in a round', formatCount(MAX_CHUNKS), 'shared/platform/fan-out/round.ts'],
    [
      `Images in a chunk; more only in batches of over ${formatCount(MIN_CHUNK_IMAGES * MAX_CHUNKS)} images`,
      String(MIN_CHUNK_IMAGES),
      'shared/batches/record/image-list.ts',
    ],
    [
      'Line of an input manifest',
      `${formatCount(MAX_LINE_CHARACTERS)} characters`,
      'shared/manifests/input/manifest-line.ts',
    ],
    [
      'Attribute in such a line',
      `${formatCount(MAX_ATTRIBUTE_CHARACTERS)} characters`,
      'shared/manifests/input/manifest-line.ts',
    ],
  ]
}
