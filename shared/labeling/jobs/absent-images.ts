import type { Omission } from '../../manifests/input/omissions.ts'
import type { LabelingJobState } from './state.ts'

/** Returns why an image that could be in the manifest of its batch is not. Pure. */
export const absentFromManifest = (batch: string, { isEdited }: { readonly isEdited: boolean }): Omission =>
  isEdited
    ? { outcome: 'not-in-manifest', reason: 'the manifest of the batch was edited, and has no line for it' }
    : {
        outcome: 'manifest-outdated',
        reason: `the manifest of the batch was written before it could be in it; PUT /v1/batches/${batch}/manifest writes it anew, and says why if it still is not in it`,
      }

/**
 * Returns why an image that could be in the results of a job is not. A job of an older version does not say whether its
 * manifest was edited. Pure.
 */
export function absentFromJob({ job, omissions }: Pick<LabelingJobState, 'job' | 'omissions'>): Omission {
  const isEdited = !omissions || Object.hasOwn(omissions.omittedByOutcome, 'not-in-manifest')
  return isEdited
    ? { outcome: 'not-in-manifest', reason: `the manifest of "${job}" has no line for it` }
    : {
        outcome: 'manifest-outdated',
        reason: `the manifest of "${job}" was written before it could be in it; only a job that continues no other can label it`,
      }
}
