import { copyImagesJob } from '../copying/copy-images-job.ts'
import { checkRows } from '../datasets/import/check-rows-job.ts'
import { fetchParts } from '../datasets/import/fetch-parts-job.ts'
import type { FanOutJob } from '../platform/fan-out/job.ts'
import type { RoundRef } from '../platform/fan-out/round.ts'

/** A kind of work of which only its own schemas know the types. */
type AnyFanOutJob = FanOutJob<unknown, object, unknown>

const JOBS: readonly AnyFanOutJob[] = [fetchParts, checkRows, copyImagesJob]

/** The round that a message is about. @throws Error when no work has the name: the message is of another version */
export function toRoundRef(message: {
  job: string
  subject: object
  round: number
}): RoundRef<unknown, object, unknown> {
  const job = JOBS.find(({ name }) => name === message.job)
  if (!job) throw new Error(`no fan-out job is called ${message.job}`)
  return { job, subject: job.subject.parse(message.subject), round: message.round }
}
