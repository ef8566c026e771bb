import type { NextTasks } from '../../../contracts/labeling-task.ts'
import type { WorkerRole } from '../../../contracts/worker.ts'
import type { Ports } from '../../../platform/ports.ts'
import type { Habits } from '../consolidation/habits.ts'
import { isJudged } from '../judging/judge-changes.ts'
import type { LineRules } from '../line-rules.ts'
import { orAskToRebuild } from '../rebuild/ask-to-rebuild.ts'
import type { Shard, TaskLease } from '../shard.ts'
import { countShards, type Work } from '../work.ts'
import { announceChanges } from './announce-changes.ts'
import { toWork } from './block.ts'
import { chooseShard } from './choose-shard.ts'
import { findLeftAnswers } from './found-answers.ts'
import { getsNoTasks } from './known-work.ts'
import { leaseSeconds } from './lease-time.ts'
import { ANYBODY, findRoom, type Room } from './lines.ts'
import { FOR_GOOD, type ShardHint, updateHint } from './open-shards.ts'
import { type Place, readPlace, START, writePlace } from './place.ts'
import { type FinishedBlock, type Visit, type Visitor, visitShard } from './visit-shard.ts'

type Needs = Pick<Ports, 'objects' | 'bucket' | 'messages' | 'log' | 'newId' | 'now' | 'requestId'>

type WorkReply = Extract<NextTasks, { state: 'work' }>

/** Shards that one call tries before it tells the worker to wait. */
const MAX_VISITS = 24

/** About how long it takes until a shard that cannot be read is there again. */
const REBUILD_MILLISECONDS = 20_000

/** How soon a shard is looked at again whose lines may need more opinions than it seemed. */
const REOPEN_MILLISECONDS = 60_000

/** The search for tasks for a worker: what it knows and has found out on its way. */
export interface Search {
  readonly work: Work
  readonly worker: string
  readonly role: WorkerRole
  readonly hint: ShardHint
  /** Where the worker is; undefined as long as it was not read. */
  place: Omit<Place, 'workId'> | undefined
  /** Shards that have nothing for the worker, by number: until when (milliseconds since 1970), or for good. */
  readonly empty: Map<number, number>
  /** Shards that have nothing for anybody, in the same way. */
  readonly full: Map<number, number>
  /** What is written beside the search. */
  readonly pending: Promise<unknown>[]
  /** How the worker draws, by the shard of the block that was handed back; undefined where that does not know it. */
  habits?: Habits | undefined
  /** Whether what was found full is being written. */
  isHintSaved?: boolean
}

/** Searches the shards of a job for tasks: first that of the finished block, or the one where the worker is. */
export async function findTasks(
  search: Search,
  finished: FinishedBlock | undefined,
  ports: Needs,
): Promise<WorkReply | undefined> {
  const { work, worker, role, hint, empty } = search
  const shards = countShards(work)
  let next = finished?.shard ?? search.place?.shard
  if (next !== undefined && next >= shards) next = undefined
  for (let visits = 0; visits < MAX_VISITS; visits++) {
    const shard = next ?? chooseShard(shards, worker, hint, new Set(empty.keys()), isJudged(work), ports.now())
    if (shard === undefined) return undefined
    // Only now it matters which shards have nothing for the worker. It is read beside the shard that is tried.
    const reading = visits > 0 ? loadPlace(search, ports) : undefined
    const visitor: Visitor<WorkReply> = {
      work,
      worker,
      role,
      prepare: (state, lease, isRepeated) => prepare(search, state, lease, isRepeated, ports),
    }
    const visiting = visitShard(visitor, shard, shard === finished?.shard ? finished : undefined, ports)
    const [visit] = await Promise.all([orAskToRebuild(work, shard, visiting, ports), reading])
    if (visit && shard === finished?.shard) search.habits = visit.shard.habits?.[worker]
    if (visit) recordVisit(search, visit, ports)
    else empty.set(shard, ports.now().getTime() + REBUILD_MILLISECONDS)
    if (visit?.reply) return visit.reply
    // The block of a worker who gets nothing more is taken back, and no other shard is looked at.
    if (getsNoTasks(work, worker, ports.now())) return undefined
    next = undefined
  }
  return undefined
}

/** Begins to write something. Whoever awaits it gets its failure; until then it is no unhandled rejection. */
function begin({ pending }: Search, writing: Promise<unknown>): void {
  writing.catch(() => undefined)
  pending.push(writing)
}

/** Reads where the worker is, unless it is known. */
export async function loadPlace(search: Search, ports: Pick<Ports, 'objects' | 'log'>): Promise<Omit<Place, 'workId'>> {
  if (search.place) return search.place
  const found = await readPlace(search.work.job, search.worker, ports)
  const place = found?.workId === search.work.workId ? found : START
  search.place = place
  for (const shard of place.exhausted) search.empty.set(shard, FOR_GOOD)
  return place
}

/** Begins to write which shards were found full, once. */
export function saveHint(search: Search, ports: Needs): void {
  if (search.isHintSaved) return
  search.isHintSaved = true
  begin(search, updateHint(search.work, search.hint, search.full, ports))
}

/** Prepares the tasks of a lease, and writes beside it what the search has found out. */
async function prepare(
  search: Search,
  shard: Shard,
  lease: TaskLease,
  isRepeated: boolean,
  ports: Needs,
): Promise<WorkReply> {
  const { work, place } = search
  saveHint(search, ports)
  if (place && (place.shard !== shard.shard || place.waits > 0)) begin(search, moveTo(search, shard.shard, ports))
  const found = isRepeated ? await findLeftAnswers(work, shard, lease, ports) : []
  return await toWork(work, shard, lease, found, leaseSeconds(work), ports)
}

async function moveTo(search: Search, shard: number, ports: Needs): Promise<void> {
  const place = await loadPlace(search, ports)
  const next = { exhausted: exhaustedShards(search), waits: 0, shard }
  search.place = { ...place, ...next }
  await writePlace(search.work.job, search.worker, { ...next, workId: search.work.workId }, ports)
}

/** Returns the shards that have nothing more for the worker, ascending. */
export const exhaustedShards = ({ empty, hint }: Pick<Search, 'empty' | 'hint'>): number[] =>
  [...empty]
    // What has nothing for anybody is in the hint.
    .filter(([shard, until]) => until === FOR_GOOD && hint.full.get(shard) !== FOR_GOOD)
    .map(([shard]) => shard)
    .toSorted((one, other) => one - other)

/** Records what a visit has found, and saves what it has changed. */
function recordVisit(search: Search, { shard, before, room, reply, save }: Visit<WorkReply>, ports: Needs): void {
  const { work, empty, full } = search
  const saving = save ? save() : Promise.resolve(shard)
  begin(
    search,
    saving.then((saved) => announceChanges(work, before, saved, ports)),
  )
  if (reply) return
  const now = ports.now()
  empty.set(shard.shard, emptyUntil(room, work, now))
  const forAnybody = findRoom(shard, ANYBODY, work)
  if (forAnybody.kind !== 'lines') full.set(shard.shard, emptyUntil(orSoon(forAnybody, shard, now), work, now))
}

/**
 * Says when to look again at a shard that seems to have nothing more. As long as somebody has a lease in it, who may decline
 * what was answered, that is not for good. Pure.
 */
const orSoon = (room: Exclude<Room, { kind: 'lines' }>, { leases }: Pick<Shard, 'leases'>, now: Date): typeof room =>
  room.kind === 'exhausted' && leases.length > 0 ? { kind: 'full', until: now.getTime() + REOPEN_MILLISECONDS } : room

/**
 * Returns until when a shard has nothing, in milliseconds since 1970. Where the next answers decide whether a line needs
 * another opinion, a reviewer, or a check, not longer than a minute: they may come at any moment. Pure.
 */
function emptyUntil(room: Exclude<Room, { kind: 'lines' }>, rules: LineRules, now: Date): number {
  if (room.kind === 'exhausted') return FOR_GOOD
  const { stopWhen, review, coverageCheck } = rules
  return stopWhen || review === 'disputes' || coverageCheck
    ? Math.min(room.until, now.getTime() + REOPEN_MILLISECONDS)
    : room.until
}
