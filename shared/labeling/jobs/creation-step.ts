import { isDeepStrictEqual } from 'node:util'
import type { LabelerJob } from '../../contracts/labeler.ts'
import type { CompleteJobRequest } from '../../contracts/labeling-job-request.ts'
import type { State } from '../../platform/state/record.ts'
import { type LabelingJobState, toKnownRequest } from './state.ts'
import { isLeased } from './store.ts'

/** The next step of creating a job. */
export type CreationStep =
  /** The name is free. */
  | { readonly kind: 'create' }
  /** The creation was interrupted before the engine had the job, and the request is the same. */
  | { readonly kind: 'resume'; readonly claim: State<LabelingJobState> }
  /** The creation was interrupted before the engine had the job, and the request is another one. */
  | { readonly kind: 'abandon'; readonly claim: State<LabelingJobState> }
  /** The creation was interrupted after the engine had the job. */
  | { readonly kind: 'mark-created'; readonly claim: State<LabelingJobState>; readonly arn: string | undefined }
  /** Another call is creating the job. */
  | { readonly kind: 'in-progress'; readonly state: LabelingJobState }
  /** The job was created before. */
  | { readonly kind: 'existing'; readonly state: LabelingJobState }

/** Whether the call that was creating the job crashed or gave up. Pure. */
export const isInterrupted = (state: LabelingJobState, now: Date): boolean =>
  state.state === 'creating' && !isLeased(state, now)

/**
 * Decides the next step of creating a job. Pure.
 * @param existing the job that has the name, or the claim of the name
 * @param live the job of the engine that was created from an interrupted claim, if there is one
 */
export function decide(
  job: string,
  request: CompleteJobRequest,
  existing: State<LabelingJobState> | undefined,
  live: LabelerJob | undefined,
  now: Date,
): CreationStep {
  if (!existing) return { kind: 'create' }
  const state = existing.value
  if (state.state === 'created') return { kind: 'existing', state }
  if (!isInterrupted(state, now)) return { kind: 'in-progress', state }
  if (live) return { kind: 'mark-created', claim: existing, arn: live.arn }
  const isSameRequest = state.job === job && isDeepStrictEqual(toKnownRequest(state), request)
  return { kind: isSameRequest ? 'resume' : 'abandon', claim: existing }
}
