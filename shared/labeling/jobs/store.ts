import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { readState, type State } from '../../platform/state/record.ts'
import { updateState } from '../../platform/state/update-state.ts'
import { LabelingJobState } from './state.ts'

/** The labeling service compares names without case; outside of the data prefix, where its role sees nothing. */
export const stateKey = (job: string): string => `system/labeling-jobs/${job.toLowerCase()}.json`

/** A job of ours, or the claim of its name, in whatever case it is asked for. */
export const findJob = (job: string, ports: Ports): Promise<State<LabelingJobState> | undefined> =>
  readState(ports.objects, stateKey(job), LabelingJobState)

export const jobNotFound = (job: string): AppError =>
  new AppError('not-found', `There is no labeling job "${job}"; PUT /v1/labeling-jobs/${job} makes it.`)

/**
 * Replaces a job's state by compare-and-swap; see {@link updateState}.
 * @returns the state as it is now; `undefined` when there is no such job
 */
export const updateJob = (
  job: string,
  change: (state: LabelingJobState) => LabelingJobState | undefined,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<LabelingJobState | undefined> => updateState({ key: stateKey(job), schema: LabelingJobState }, change, ports)
