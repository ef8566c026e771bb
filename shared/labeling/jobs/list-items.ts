import type { JobStatus, LabelerJob } from '../../contracts/labeler.ts'
import type { LabelingJobItem, LabelingJobSummary } from '../../contracts/labeling-job.ts'
import type { Ports } from '../../platform/ports.ts'
import { readOrUnreadable } from '../../platform/state/corrupt-state.ts'
import { describeJob, type EngineNeeds } from './engine-jobs.ts'
import type { IndexEntry } from './job-index.ts'
import { assertNotLost, findOwnJob, parseOwnBatch, toEndedJob } from './own-job.ts'
import type { LabelingJobState } from './state.ts'
import { findJob } from './store.ts'
import { toJobView } from './view.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config'>

/** Returns the item of a job at SageMaker; undefined when it is a job of another batch. */
export async function findServiceItem(
  live: LabelerJob,
  batch: string | undefined,
  ports: Needs,
): Promise<LabelingJobItem | undefined> {
  const item = await readOrUnreadable(readServiceJob(live, ports))
  const itsBatch = 'problem' in item ? parseOwnBatch(live, ports) : item.batch
  return batch === undefined || itsBatch === batch ? { job: live.job, ...item } : undefined
}

async function readServiceJob(live: LabelerJob, ports: Needs): Promise<LabelingJobSummary> {
  const found = await findJob(live.job, ports)
  // The name may belong to a job of the other engine too.
  const state = found?.value.request.engine === 'groundwork' ? undefined : found?.value
  if (!found) assertNotLost(live, ports)
  return toSummary(state, live, ports)
}

/**
 * Returns the item of a job of Groundwork's own engine: with one read if it has ended. Undefined when it has another status,
 * and when no job was created after all.
 */
export async function findOwnItem(
  entry: IndexEntry,
  status: JobStatus | undefined,
  ports: Needs,
): Promise<LabelingJobItem | undefined> {
  const item = await readOrUnreadable(readOwnJob(entry, ports))
  if (item === undefined || (status !== undefined && !('problem' in item) && item.status !== status)) return undefined
  return { job: entry.job, ...item }
}

async function readOwnJob({ job }: IndexEntry, ports: Needs): Promise<LabelingJobSummary | undefined> {
  const state = (await findJob(job, ports))?.value
  if (state?.end) return toSummary(state, toEndedJob(state, state.end, ports), ports)
  const live = state ? await findOwnJob(state, ports) : await describeJob('groundwork', job, ports)
  if (!live) return undefined
  if (!state) assertNotLost(live, ports)
  return toSummary(state, live, ports)
}

function toSummary(
  state: LabelingJobState | undefined,
  live: LabelerJob,
  ports: Pick<Ports, 'config' | 'now'>,
): LabelingJobSummary {
  const { request: _, labels: __, omitted: ___, ...summary } = toJobView({ state, live }, ports)
  return summary
}
