import { SubjectGoneError } from '../../../platform/fan-out/job.ts'
import type { Ports } from '../../../platform/ports.ts'
import { type CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { createState, discardState, removeState, replaceCorrupt, type State } from '../../../platform/state/record.ts'
import { openKey, placesFolder } from '../folders.ts'
import { judgeChanges } from '../judging/judge-changes.ts'
import { removeObjects } from '../remove-objects.ts'
import { leaseSeconds } from '../serving/lease-time.ts'
import { allEnded } from '../serving/lines.ts'
import { withAnswer } from '../serving/shard-changes.ts'
import { type Shard, shardRef } from '../shard.ts'
import { findWork, type Work } from '../work.ts'
import { planAgain } from './plan-again.ts'
import { findUncounted, type UncountedAnswers } from './stored-answers.ts'
import { withStoredAnswers } from './with-stored-answers.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'files' | 'log' | 'newId' | 'now'>

/** More than the clocks of two functions differ: of the one that gave out a lease, and of this one. */
const MARGIN_MILLISECONDS = 30_000

/** What is known of a shard that cannot be read. */
export interface LostShard {
  /** The version to replace; undefined when there is none. */
  readonly damage: CorruptStateError | undefined
  /** Whether it was closed: then nothing is given out, and nothing can come. */
  readonly isClosed: boolean
}

/**
 * Makes a shard again that is missing or damaged: its lines from the input manifest and the tasks, and what counts from
 * the answers that are stored, each worker's latest to each line. An answer that cannot be read does not count, so that its
 * line is asked again. Whoever had a lease has none any more; what is answered under it still counts
 * ({@link collectAnswers}).
 * @returns the shard; undefined when it was made by another function meanwhile
 * @throws CorruptStateError when the input manifest or the tasks cannot be read either; SubjectGoneError when the job was
 *   deleted meanwhile
 */
export async function rebuildShard(
  work: Work,
  number: number,
  { damage, isClosed }: LostShard,
  ports: Needs,
): Promise<State<Shard> | undefined> {
  const planned = await planAgain(work, number, ports)
  const now = ports.now()
  const answers = await findUncounted(work, planned, ports)
  const counted = isClosed ? closeAgain(planned, answers, work, now) : openAgain(planned, answers, work, now)
  const shard = await judgeChanges(work, planned, counted, new Map(), ports)
  if (!shard.closed) await forgetHints(work, answers, ports)
  const ref = shardRef(work, number)
  const written = await (damage ? replaceCorrupt(ref, damage, shard, ports) : createState(ref, shard, ports))
  if (!written) return undefined
  const counts = { answers: answers.readable.length, lostAnswers: answers.lost.length }
  ports.log.warn('shard.rebuilt', { job: work.job, key: ref.key, closed: shard.closed !== undefined, ...counts })
  if (!(await isGone(work, ports))) return written
  await removeState(ref, written, ports)
  throw new SubjectGoneError(`The labeling job "${work.job}" was deleted.`)
}

/** Returns the shard with all answers that can be read, to be worked on. Pure. */
function openAgain(planned: Shard, { readable }: UncountedAnswers, work: Work, now: Date): Shard {
  const longest = now.getTime() + 1000 * leaseSeconds(work) + MARGIN_MILLISECONDS
  const leasesUntil = new Date(Math.min(longest, Date.parse(work.deadline))).toISOString()
  return { ...withStoredAnswers(planned, readable), rebuilt: { at: now.toISOString(), leasesUntil } }
}

/** Returns the shard as it was closed. The result names answers that count and cannot be read. Pure. */
function closeAgain(planned: Shard, { readable, lost }: UncountedAnswers, work: Work, now: Date): Shard {
  const at = now.toISOString()
  const shard = { ...lost.reduce(withAnswer, withStoredAnswers(planned, readable)), rebuilt: { at } }
  const because = allEnded(shard, work) ? 'complete' : work.stop ? 'stopped' : 'deadline'
  return { ...shard, closed: { at, because } }
}

/**
 * Removes the hints that may say that the shard has nothing to give: before it has, as nobody corrects them afterwards.
 * The places of workers say so of lines that they have answered, so they matter only where an answer is lost.
 */
async function forgetHints({ job }: Work, { lost }: UncountedAnswers, ports: Needs): Promise<void> {
  await discardState({ key: openKey(job) }, ports)
  if (lost.length > 0) await removeObjects(placesFolder(job), ports)
}

/** Whether the job was deleted meanwhile: its record goes first, so nobody would remove what is written now. */
async function isGone({ job, workId }: Work, ports: Needs): Promise<boolean> {
  const found = await readOrCorrupt(findWork(job, ports))
  return found === undefined || ('value' in found && found.value.workId !== workId)
}
