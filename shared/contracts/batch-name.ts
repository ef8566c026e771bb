import { RESERVED_NAMES } from './reserved-names.ts'
import { ResourceName } from './resource-name.ts'

/** A name as the labeling service allows it, except those of the bucket's own folders. */
export const BatchName = ResourceName.refine((name) => !RESERVED_NAMES.includes(name), {
  error: `must not be one of ${RESERVED_NAMES.join(', ')}: these are folders of the bucket`,
}).describe('Name of the batch')
