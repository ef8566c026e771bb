import * as z from 'zod'
import type { Ports } from '../../../platform/ports.ts'
import { updateState } from '../../../platform/state/compare-and-swap.ts'
import { countShards, type Work, type WorkEnd, workRef } from '../work.ts'
import type { ResultSubject } from './result-subject.ts'

/** A labeling job whose work has ended, on the queue `tasks`: the end is to be recorded in the job, with its event. */
export const RecordJobEndMessage = z.object({
  task: z.literal('record-job-end'),
  job: z.string(),
  /** How often the message was sent again, because it had failed too often. */
  retries: z.int().nonnegative().optional(),
  requestId: z.string(),
})
export type RecordJobEndMessage = z.infer<typeof RecordJobEndMessage>

/** How long a message waits that has failed too often: the longest delay of SQS. */
const RETRY_SECONDS = 900

/** Sends the message by whose worker the job learns of its end. */
export const sendRecordJobEnd = (
  job: string,
  { messages, requestId }: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> => messages.send('tasks', [{ task: 'record-job-end', job, requestId } satisfies RecordJobEndMessage])

/** Sends the message again, to be delivered later: the end of a job must not get lost. */
export const retryRecordJobEnd = (
  { retries = 0, ...message }: RecordJobEndMessage,
  { messages }: Pick<Ports, 'messages'>,
): Promise<void> => {
  const again: RecordJobEndMessage = { ...message, retries: retries + 1 }
  return messages.send('tasks', [again], RETRY_SECONDS)
}

/** SageMaker's limit, which clients may rely on. */
const MAX_REASON_CHARACTERS = 1024

/** What the result of a work came to. */
export interface WrittenResult {
  /** Lines in the output manifest. */
  readonly labeled: number
  readonly failed: number
  /** Labeled lines on which workers differ, and nobody has decided. */
  readonly disputed: number
  /** Absent where no output manifest could be written. */
  readonly outputManifestUri?: string
  /** Shards whose part could not be written. */
  readonly failedShards: number
  /** Why something could not be written. */
  readonly problem?: string | undefined
}

/**
 * Decides how a work ends. A job ends as SageMaker's do: one that was stopped as `Stopped`, also by a stopping condition
 * that left lines unlabeled; one all of whose objects failed as `Failed`. Lines that were labeled before are in no counter.
 * Pure.
 */
function decideEnd(work: Work, result: WrittenResult, at: string): WorkEnd {
  const { labeled, failed, disputed, outputManifestUri } = result
  const objects = work.lines - work.alreadyLabeled
  const unlabeled = Math.max(0, objects - labeled - failed)
  const failureReason = findFailure(work, result, objects)?.slice(0, MAX_REASON_CHARACTERS)
  const isStopped = work.stop !== undefined && (work.stop.because === 'requested' || unlabeled > 0)
  const isFailed = failureReason !== undefined && (!isStopped || result.problem !== undefined)
  return {
    status: isFailed ? 'Failed' : isStopped ? 'Stopped' : 'Completed',
    at,
    ...(isFailed && { failureReason }),
    counters: { labeled, failed, unlabeled },
    ...((work.workersPerObject > 1 || work.coverageCheck) && { disputed }),
    ...(outputManifestUri !== undefined && { outputManifestUri }),
  }
}

function findFailure(
  work: Work,
  { failed, failedShards, problem }: WrittenResult,
  objects: number,
): string | undefined {
  if (failedShards > 0)
    return `InternalError: ${failedShards} of ${countShards(work)} parts of the result could not be written, so their lines are unlabeled: ${problem}`
  if (problem !== undefined) return `InternalError: The output manifest could not be written: ${problem}`
  return objects > 0 && failed === objects ? 'ClientError: All objects failed; see the output manifest.' : undefined
}

/** Records how a work ended, unless that is recorded already. */
export async function endWork(
  { job, workId }: ResultSubject,
  result: WrittenResult,
  ports: Pick<Ports, 'objects' | 'newId' | 'now' | 'log'>,
): Promise<void> {
  const ended = await updateState(
    workRef(job),
    (work) =>
      work.workId === workId && !work.end
        ? { ...work, end: decideEnd(work, result, ports.now().toISOString()) }
        : undefined,
    ports,
  )
  ports.log.info('labeling_work.ended', { job, status: ended?.value.end?.status, ...ended?.value.end?.counters })
}
