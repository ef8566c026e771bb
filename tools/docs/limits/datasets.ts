import { SLICE_BYTES } from '../../../shared/datasets/import/import-plan.ts'
import { IMPORT_LIMITS } from '../../../shared/open-images/class-limits.ts'
import { TIME_LIMITS } from '../../../shared/platform/outbound/request.ts'
import { MAX_REDIRECTS } from '../../../shared/platform/outbound/safe-fetch.ts'
import { MAX_BYTES as MAX_FILE_BYTES } from '../../../shared/platform/outbound/web-file.ts'
import { BLOCK_BYTES } from '../../../shared/platform/storage/content-hash.ts'
import { MAX_FILE_BYTES as MAX_WHOLE_BYTES } from '../../../shared/platform/storage/stored-file.ts'
import type { Schemas } from '../api/schema.ts'
import { describeType } from '../api/type-text.ts'
import { formatBytes, formatCount, formatSeconds } from '../markdown.ts'
import type { Limit } from './limit.ts'

const CLASS_LIMITS = 'shared/open-images/class-limits.ts'

/** Limits of datasets and imports. Bounds of fields come from the contract. Pure. */
export function listDatasetLimits(schemas: Schemas): Limit[] {
  const field = (name: string): string => describeType(schemas.DatasetRegistration?.properties?.[name] ?? {}, schemas)
  const request = 'shared/contracts/dataset.ts'
  return [
    ['`title`', field('title'), request],
    ['`skipImages`', field('skipImages'), request],
    ['File imported over https', formatBytes(MAX_FILE_BYTES), 'shared/platform/outbound/web-file.ts'],
    [
      'Time to read a file from a web server that does not support ranges',
      formatSeconds(TIME_LIMITS.body / 1000),
      'shared/platform/outbound/request.ts',
    ],
    ['Redirects followed', String(MAX_REDIRECTS), 'shared/platform/outbound/safe-fetch.ts'],
    [
      'Class descriptions; class hierarchy',
      `${formatBytes(MAX_WHOLE_BYTES)} each`,
      'shared/platform/storage/stored-file.ts',
    ],
    ['Classes of a dataset', formatCount(IMPORT_LIMITS.classes), CLASS_LIMITS],
    ['Display name of a class', `${formatCount(IMPORT_LIMITS.nameCharacters)} characters`, CLASS_LIMITS],
    ['Line of class descriptions', formatBytes(IMPORT_LIMITS.lineBytes), CLASS_LIMITS],
    ['Entries of the class hierarchy', formatCount(IMPORT_LIMITS.hierarchyEntries), CLASS_LIMITS],
    [
      'Classes that a class is a subclass or part of, directly or not',
      formatCount(IMPORT_LIMITS.ancestors),
      CLASS_LIMITS,
    ],
    [
      'Relations that are followed to find these for all classes',
      formatCount(IMPORT_LIMITS.ancestorSteps),
      CLASS_LIMITS,
    ],
    [
      'Part of a file fetched by one worker',
      `${formatBytes(BLOCK_BYTES)} or more`,
      'shared/datasets/import/import-plan.ts',
    ],
    [
      'Slice of rows checked by one worker',
      `about ${formatBytes(SLICE_BYTES)}`,
      'shared/datasets/import/import-plan.ts',
    ],
  ]
}
