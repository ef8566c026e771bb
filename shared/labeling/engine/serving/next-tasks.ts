import type { NextRequest, NextTasks } from '../../../contracts/labeling-task.ts'
import { awaitAll } from '../../../platform/await-all.ts'
import type { Ports } from '../../../platform/ports.ts'
import { findHints } from '../consolidation/find-hints.ts'
import { nextPractice } from '../practice/next-practice.ts'
import { isPracticeBlock } from '../practice/practice-block.ts'
import { isScored } from '../suspension/poor-workers.ts'
import { countShards, type Work } from '../work.ts'
import { parseBlock } from './block.ts'
import { findKnownHabits } from './known-habits.ts'
import { getsNoTasks, isOver } from './known-work.ts'
import { waitSeconds } from './lease-time.ts'
import { FOR_GOOD, readHint } from './open-shards.ts'
import { readPlace, START, writePlace } from './place.ts'
import { exhaustedShards, findTasks, loadPlace, type Search, saveHint } from './search.ts'
import { findJobOfWorker, type TaskWorker } from './worker-job.ts'

type Needs = Pick<Ports, 'objects' | 'bucket' | 'messages' | 'log' | 'newId' | 'now' | 'requestId'>

/**
 * Gives a worker the next tasks, and takes back the block that is finished. Repeated, it gives the same tasks again. In
 * a job with practice images, a worker gets these first. The usual case waits for three round trips: the hints, the
 * shard, and its conditional write.
 *
 * A crash leaves at most a lease that nobody knows of: the worker gets it with the next call.
 * @throws AppError `not-found` when there is no such job for the worker; `corrupt-state`
 */
export async function nextTasks(
  job: string,
  worker: TaskWorker,
  { finished, swapMilliseconds }: NextRequest,
  ports: Needs,
): Promise<NextTasks> {
  const isBlock = finished !== undefined && !isPracticeBlock(finished)
  const block = isBlock ? { ...parseBlock(finished), swapMilliseconds } : undefined
  const finding = findJobOfWorker(job, worker, ports)
  const [{ work }, hint, found, practice] = await awaitAll([
    finding,
    readHint(job, ports),
    // Who finishes a block says with it where it is.
    block ? undefined : readPlace(job, worker.id, ports),
    // Whatever is said to be finished: practice comes first.
    finding.then((known) => nextPractice(known.work, worker.id, ports)),
  ])
  if (practice) return practice
  const place = block ? undefined : found?.workId === work.workId ? found : START
  const empty = new Map(place?.exhausted.map((shard) => [shard, FOR_GOOD]))
  const search: Search = {
    work,
    worker: worker.id,
    role: worker.role,
    hint,
    place,
    empty,
    full: new Map(),
    pending: [],
  }
  // Nobody gets new tasks of a job that is over, but a block is still taken back, or returned to whoever reloads the page.
  const isAsked = block !== undefined || place?.shard !== undefined || !getsNoTasks(work, worker.id, ports.now())
  const find = async () =>
    (isAsked ? await findTasks(search, block, ports) : undefined) ?? (await giveNothing(search, ports))
  const [reply, habits] = await awaitAll([
    find().finally(() => Promise.allSettled(search.pending)),
    // Who finishes a block may learn for the next one.
    block && isScored(work) ? findKnownHabits(work, worker.id, ports) : {},
  ])
  await awaitAll(search.pending)
  const hints = findHints(search.habits ?? habits)
  if (reply.state === 'work') return hints.length > 0 ? { ...reply, hints: [...hints] } : reply
  return getsNoTasks(work, worker.id, ports.now()) ? { state: 'done', reason: explainEnd(work, ports.now()) } : reply
}

function explainEnd({ stop, end, deadline }: Work, now: Date): string {
  if (end) return 'The job has ended.'
  if (stop) return 'The job was stopped.'
  if (Date.parse(deadline) <= now.getTime()) return 'The time of the job is over.'
  return 'Your answers differ too often from what others say. Ask whoever gave you the link.'
}

/** Tells a worker for whom there is nothing to wait, or that there will be nothing. */
async function giveNothing(search: Search, ports: Needs): Promise<NextTasks> {
  const { work, worker, hint } = search
  saveHint(search, ports)
  const place = await loadPlace(search, ports)
  const now = ports.now()
  const untils = Array.from(
    { length: countShards(work) },
    (_, shard) => search.empty.get(shard) ?? hint.full.get(shard),
  )
  const waiting = untils.filter((until) => until !== FOR_GOOD)
  if (isOver(work, now) || waiting.length === 0)
    return { state: 'done', reason: 'Every image has its answers, or was answered by you.' }
  // A shard of which nothing is known was not tried in this call: the next one goes on there.
  const freeAt = Math.min(...waiting.map((until) => until ?? now.getTime()))
  const next = { exhausted: exhaustedShards(search), waits: place.waits + 1 }
  await writePlace(work.job, worker, { ...place, ...next, workId: work.workId }, ports)
  return {
    state: 'wait',
    retryAfterSeconds: waitSeconds(place.waits, freeAt, now),
    reason: 'The images that are left are with other workers. You get those that come free.',
  }
}
