import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { backoff } from '../../platform/state/backoff.ts'
import { readState, replaceState, type State } from '../../platform/state/record.ts'
import { LabelingJobState } from './state.ts'

/** The labeling service compares names without case; outside of the data prefix, where its role sees nothing. */
export const stateKey = (job: string): string => `system/labeling-jobs/${job.toLowerCase()}.json`

/** A job of ours, or the claim of its name, in whatever case it is asked for. */
export const findJob = (job: string, ports: Ports): Promise<State<LabelingJobState> | undefined> =>
  readState(ports.objects, stateKey(job), LabelingJobState)

export const jobNotFound = (job: string): AppError =>
  new AppError('not-found', `There is no labeling job "${job}"; PUT /v1/labeling-jobs/${job} makes it.`)

/**
 * Reads, decides and writes until nobody else was between.
 * @param change gives the new state, or undefined to leave it
 * @returns the state as it now stands; undefined when there is no such job
 */
export async function updateJob(
  job: string,
  change: (state: LabelingJobState) => LabelingJobState | undefined,
  ports: Ports,
): Promise<LabelingJobState | undefined> {
  for (let attempt = 1; ; attempt++) {
    const found = await findJob(job, ports)
    if (!found) return undefined
    const next = change(found.value)
    if (!next) return found.value
    if (await replaceState(ports, stateKey(job), found.etag, next)) return next
    await backoff(attempt)
  }
}
