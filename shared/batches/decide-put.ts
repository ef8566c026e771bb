import type { BatchRequest } from '../contracts/batch.ts'
import { AppError } from '../contracts/errors.ts'
import { assertSameRequest } from '../platform/http/assert-same-request.ts'
import type { State } from '../platform/state/record.ts'
import { completeJob, toManifestRequest, toNamedJob } from './record/request.ts'
import { hasBegun, planRunUpTo } from './record/run.ts'
import type { BatchState } from './record/state.ts'
import { useKnownWords } from './same-selection.ts'

/** What `PUT /v1/batches/{batch}` has to do. */
export type PutDecision =
  /** There is no batch of that name. */
  | { readonly action: 'create' }
  /** Events of an earlier change are still in the outbox; publish them, then decide again. */
  | { readonly action: 'publish'; readonly found: State<BatchState> }
  /** Its images could not be chosen; plan it anew, as its dataset may have been imported again. */
  | { readonly action: 'select-again'; readonly found: State<BatchState>; readonly request: BatchRequest }
  /** It exists; resume it, and extend its run if the request goes further. */
  | { readonly action: 'resume'; readonly found: State<BatchState>; readonly request: BatchRequest }

/**
 * Decides what a PUT does. Pure.
 * @throws AppError `conflict` when the name belongs to another request; `wrong-state` while that batch is being deleted
 */
export function decidePut(batch: string, request: BatchRequest, found: State<BatchState> | undefined): PutDecision {
  if (!found) return { action: 'create' }
  const merged = mergeRequest(batch, found.value, request)
  if (found.value.pendingEvents) return { action: 'publish', found }
  return { action: found.value.state === 'failed' ? 'select-again' : 'resume', found, request: merged }
}

/**
 * Returns the request with what it leaves out of the manifest and the labeling job, if it is for the same selection as
 * the batch, which keeps its own words for that. Manifest and labeling job may change until their step begins, and after it has failed. Pure.
 * @throws AppError as {@link decidePut} does
 */
export function mergeRequest(batch: string, state: BatchState, request: BatchRequest): BatchRequest {
  if (state.state === 'deleting')
    throw new AppError('wrong-state', `The batch "${batch}" is being deleted; wait until it is gone.`)
  const { manifest = request.manifest, labelingJob = request.labelingJob } = state.request
  const merged = completeJob({
    ...useKnownWords(request, state),
    ...(manifest && { manifest: request.manifest ?? manifest }),
    ...(labelingJob && { labelingJob: request.labelingJob ?? labelingJob }),
  })
  const toSelection = ({ run: _, manifest: __, labelingJob: ___, ...selection }: BatchRequest) => selection
  const taken = `Another batch is named "${batch}"; delete it, or choose another name.`
  assertSameRequest(toSelection(state.request), toSelection(merged), taken)
  const toFixedFields = (one: BatchRequest) => ({
    ...(hasBegun(state.run, 'manifest') && prefixFields('manifest', toManifestRequest(one))),
    ...(hasBegun(state.run, 'label') && prefixFields('labelingJob', toNamedJob(batch, one) ?? {})),
  })
  const tooLate = `The run of "${batch}" has used these fields already. Use PUT /v1/batches/${batch}/manifest and PUT /v1/labeling-jobs/{job} for others.`
  assertSameRequest(toFixedFields(state.request), toFixedFields(merged), tooLate)
  return merged
}

const prefixFields = (prefix: string, fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [`${prefix}.${field}`, value]))

/**
 * Returns the batch with its run extended as far as the request says; a request that goes less far changes nothing. Pure.
 * @param runId id of the run, if a new one begins
 */
export function extendRun(state: BatchState, request: BatchRequest, runId: string): BatchState {
  const run = planRunUpTo(request.run, state.run, runId)
  return { ...state, request: { ...request, run: run?.upTo ?? request.run }, ...(run && { run }) }
}
