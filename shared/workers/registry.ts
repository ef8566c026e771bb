import { copyImagesJob } from '../copying/copy-images-job.ts'
import { checkRowsJob } from '../datasets/import/check-rows-job.ts'
import { fetchPartsJob } from '../datasets/import/fetch-parts-job.ts'
import { consolidateJob } from '../labeling/engine/again/consolidate-job.ts'
import { resultJob } from '../labeling/engine/result/result-job.ts'
import type { FanOutJob } from '../platform/fan-out/job.ts'
import type { RoundRef } from '../platform/fan-out/round.ts'

/** A fan-out job of any types; its own schemas check them at run time. */
type AnyFanOutJob = FanOutJob<unknown, object, unknown>

const JOBS: readonly AnyFanOutJob[] = [fetchPartsJob, checkRowsJob, copyImagesJob, resultJob, consolidateJob]

/**
 * Returns the round that a message is about.
 * @throws Error when no job has that name, because another version sent the message
 */
export function toRoundRef(message: {
  job: string
  subject: object
  round: number
}): RoundRef<unknown, object, unknown> {
  const job = JOBS.find(({ name }) => name === message.job)
  if (!job) throw new Error(`fan-out job "${message.job}" does not exist`)
  return { job, subject: job.subject.parse(message.subject), round: message.round }
}
