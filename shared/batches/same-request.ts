import type { BatchRequest } from '../contracts/batch.ts'
import { AppError } from '../contracts/errors.ts'
import { ManifestRequest } from '../contracts/manifest-request.ts'
import { assertSameRequest } from '../platform/http/assert-same-request.ts'
import { hasBegun } from './record/run.ts'
import type { BatchState } from './record/state.ts'

/** The labeling job that a run ends with, and its name. */
export const toNamedJob = (batch: string, { labelingJob }: BatchRequest) =>
  labelingJob && { ...labelingJob, job: labelingJob.job ?? batch }

export const toManifestRequest = ({ manifest }: BatchRequest): ManifestRequest => manifest ?? ManifestRequest.parse({})

/**
 * A request under a name that stands for the same choice of images, with what it leaves unsaid of the manifest and the
 * labeling job. These may be said anew until their step begins, and after it has failed. Pure.
 * @throws AppError `conflict` when the name stands for another request; `wrong-state` while that batch is deleted
 */
export function sameRequest(batch: string, state: BatchState, asked: BatchRequest): BatchRequest {
  if (state.state === 'deleting')
    throw new AppError('wrong-state', `The batch "${batch}" is being deleted; wait until it is gone.`)
  const { manifest = asked.manifest, labelingJob = asked.labelingJob } = state.request
  const said: BatchRequest = {
    ...asked,
    ...(manifest && { manifest: asked.manifest ?? manifest }),
    ...(labelingJob && { labelingJob: asked.labelingJob ?? labelingJob }),
  }
  const choiceOf = ({ run: _, manifest: __, labelingJob: ___, ...choice }: BatchRequest) => choice
  const taken = `Another batch is called "${batch}"; delete it, or choose another name.`
  assertSameRequest(choiceOf(state.request), choiceOf(said), taken)
  const begun = (request: BatchRequest) => ({
    ...(hasBegun(state.run, 'manifest') && within('manifest', toManifestRequest(request))),
    ...(hasBegun(state.run, 'label') && within('labelingJob', toNamedJob(batch, request) ?? {})),
  })
  const done = `"${batch}" has done what these fields are for. Its manifest and other labeling jobs have calls of their own.`
  assertSameRequest(begun(state.request), begun(said), done)
  return said
}

/** The fields of a part, named as they are from outside of it. */
const within = (part: string, fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [`${part}.${field}`, value]))
