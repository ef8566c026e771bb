import type { LabelerJob } from '../../contracts/labeler.ts'
import type { Ports } from '../../platform/ports.ts'
import { findWork, type Work } from './work.ts'

/** Returns a job of this engine with its current status; undefined when the engine has none of this name. */
export async function describeWork(job: string, ports: Pick<Ports, 'objects'>): Promise<LabelerJob | undefined> {
  const found = await findWork(job, ports)
  return found && toLabelerJob(found.value)
}

function toLabelerJob(work: Work): LabelerJob {
  const { end, stop } = work
  const { labeled, failed, unlabeled } = end?.counters ?? {
    labeled: 0,
    failed: 0,
    unlabeled: work.lines - work.alreadyLabeled,
  }
  return {
    job: work.job,
    status: end?.status ?? (stop ? 'Stopping' : 'InProgress'),
    counters: { labeled, humanLabeled: labeled, machineLabeled: 0, failed, unlabeled },
    failureReason: end?.failureReason,
    outputManifestUri: end?.outputManifestUri,
    inputManifestUri: work.inputManifestUri,
    createdAt: work.createdAt,
    updatedAt: end?.at ?? stop?.at ?? work.createdAt,
  }
}
