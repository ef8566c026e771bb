import { AppError } from '../../../contracts/errors.ts'
import type { AnswerReceipt, AnswerRequest } from '../../../contracts/labeling-answer.ts'
import type { Ports } from '../../../platform/ports.ts'
import { createState } from '../../../platform/state/record.ts'
import { answerRef, type StoredAnswer } from '../answer.ts'
import type { AnswerName } from '../folders.ts'
import { submitPractice } from '../practice/submit-practice.ts'
import { toNoLabel } from '../shard.ts'
import { toBlock, toShard, type Work } from '../work.ts'
import { checkAnswer } from './check-answer.ts'
import { countAnswer } from './count-answer.ts'
import { listAnswers, readAnswer } from './found-answers.ts'
import { type KnownWork, MAX_KNOWN_MILLISECONDS } from './known-work.ts'
import { type Ticket, verifyTicket } from './tickets.ts'
import { findJobOfWorker, type TaskWorker } from './worker-job.ts'

type Needs = Pick<Ports, 'objects' | 'messages' | 'log' | 'newId' | 'now' | 'requestId'>

/** More than the clocks of functions differ. */
const SKEW_MILLISECONDS = 5000
/** How often a worker can answer the same task. */
const MAX_REVISIONS = 20

/**
 * Stores a worker's answer to a task. A first label that comes in time is one request: what its block has is counted when
 * the block is handed back, or its lease expires; so is a check that finds nothing. All others (late ones, replacements, and
 * answers that are no label) are counted in the shard at once. Idempotent: a repeated request is recognized by its submit id.
 *
 * An answer that is acknowledged as counted is in the result, whatever happens afterwards, unless this worker replaces it.
 * @returns `isNew` when this request has stored it
 * @throws AppError `not-found`; `forbidden` for a ticket of others; `invalid-request` with everything that is wrong with
 *   the answer; `conflict` after too many replacements, or when it replaces another answer than the latest
 */
export async function submitAnswer(
  job: string,
  line: number,
  worker: TaskWorker,
  request: AnswerRequest,
  ports: Needs,
): Promise<{ readonly receipt: AnswerReceipt; readonly isNew: boolean }> {
  const known = await findJobOfWorker(job, worker, ports)
  const { work } = known
  const ticket = await verifyTicket(request.ticket, { work: work.workId, worker: worker.id, line }, ports)
  const { boxes, cutBoxes } = checkAnswer(request, work, ticket)
  const answer = toStoredAnswer(request, boxes, ticket, ports.now())
  if (ticket.practice) return await submitPractice(work, { answer, cutBoxes }, ports)
  const { revision, isNew } = await storeAnswer(work, answer, request.replaces, ports)
  const { purpose } = ticket
  const noLabel = toNoLabel(answer.answer, purpose)
  const isPlain = revision === 1 && noLabel === undefined
  const counted =
    (isPlain && isInTime(known, ticket, ports.now())) ||
    (await countAnswer(work, { line, worker: worker.id, revision, purpose, noLabel }, ports))
  return { receipt: { line, answer: request.answer, counted, revision, cutBoxes }, isNew }
}

const toStoredAnswer = (
  { submitId, answer, comment, activeMilliseconds }: AnswerRequest,
  boxes: StoredAnswer['boxes'],
  { line, worker, purpose, lease, since }: Ticket,
  now: Date,
): StoredAnswer => ({
  line,
  worker,
  ...(purpose && { purpose }),
  lease,
  submitId,
  answer,
  ...(boxes && { boxes }),
  ...(comment !== undefined && { comment }),
  acceptedAt: new Date(since).toISOString(),
  submittedAt: now.toISOString(),
  ...(activeMilliseconds !== undefined && { activeMilliseconds }),
})

/**
 * Whether an answer that is stored now is found by whoever ends its lease: the lease is open for longer than clocks differ,
 * and what is known of the job is so new that the result cannot be written yet, even if the job was stopped since. Pure.
 */
function isInTime({ work, asOf }: KnownWork, { until }: Ticket, now: Date): boolean {
  const time = now.getTime()
  const isKnown = time - asOf < MAX_KNOWN_MILLISECONDS && work.stop === undefined && work.end === undefined
  return isKnown && time < Math.min(until, Date.parse(work.deadline)) - SKEW_MILLISECONDS
}

/**
 * Stores an answer under the first revision that is free, unless it is stored already.
 * @param replaces submit id of the latest answer that its worker knows of
 */
async function storeAnswer(
  work: Work,
  answer: StoredAnswer,
  replaces: string | undefined,
  ports: Needs,
): Promise<{ readonly revision: number; readonly isNew: boolean }> {
  const { line, worker, purpose, submitId } = answer
  const toName = (revision: number): AnswerName => ({ line, worker, purpose, revision })
  const isFirst = replaces === undefined
  if (isFirst && (await createState(answerRef(work, toName(1)), answer, ports))) return { revision: 1, isNew: true }
  for (;;) {
    const listed = await listAnswers(work, toShard(line), toBlock(line), ports)
    const own = listed.filter((name) => name.line === line && name.worker === worker && name.purpose === purpose)
    const stored = await Promise.all(own.map(async (name) => ({ name, answer: await readAnswer(work, name, ports) })))
    const repeated = stored.find((one) => one.answer?.submitId === submitId)
    if (repeated) return { revision: repeated.name.revision, isNew: false }
    const latest = stored.toSorted((one, other) => one.name.revision - other.name.revision).at(-1)
    // One that was never stored, or cannot be read, is no answer of another tab.
    if (replaces !== undefined && latest?.answer && latest.answer.submitId !== replaces)
      throw new AppError(
        'conflict',
        `You have answered line ${line} since, in another tab perhaps; your latest answer has the submitId "${latest.answer.submitId}".`,
      )
    const revision = 1 + Math.max(0, ...own.map((name) => name.revision))
    if (revision > MAX_REVISIONS)
      throw new AppError(
        'conflict',
        `You have answered line ${line} ${MAX_REVISIONS} times already; go on with the next.`,
      )
    if (await createState(answerRef(work, toName(revision)), answer, ports)) return { revision, isNew: true }
  }
}
