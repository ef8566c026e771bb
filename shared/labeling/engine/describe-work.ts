import type { LabelerJob } from '../../contracts/labeler.ts'
import type { Ports } from '../../platform/ports.ts'
import { readProgress, type WorkProgress } from './progress/read-progress.ts'
import { findWork, type Work } from './work.ts'

/** Returns a job of our engine with its current status and counters; undefined when there is none of this name. */
export async function describeWork(
  job: string,
  ports: Pick<Ports, 'objects' | 'log' | 'newId' | 'now'>,
): Promise<LabelerJob | undefined> {
  const work = (await findWork(job, ports))?.value
  return work && toLabelerJob(work, await readProgress(work, ports))
}

/** Pure. */
function toLabelerJob(work: Work, { counters, details, updatedAt }: WorkProgress): LabelerJob {
  return {
    job: work.job,
    status: work.end?.status ?? (work.stop ? 'Stopping' : 'InProgress'),
    counters: { ...counters, humanLabeled: counters.labeled, machineLabeled: 0 },
    progress: details,
    failureReason: work.end?.failureReason,
    outputManifestUri: work.end?.outputManifestUri,
    inputManifestUri: work.inputManifestUri,
    hasGold: work.gold !== undefined,
    createdAt: work.createdAt,
    updatedAt: work.end?.at ?? updatedAt,
  }
}
