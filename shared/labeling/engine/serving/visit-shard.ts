import { awaitAll } from '../../../platform/await-all.ts'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { replaceState, type State } from '../../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../../platform/state/retry-on-conflict.ts'
import { type AnswerName, shardKey } from '../folders.ts'
import { judgeChanges, type KnownJudgments } from '../judging/judge-changes.ts'
import { readShard, type Shard, shardRef, type TaskLease } from '../shard.ts'
import { countShards, type Work } from '../work.ts'
import type { BlockId } from './block.ts'
import { endLeases } from './end-leases.ts'
import { listAnswers, sampleAnswer } from './found-answers.ts'
import { getsNoTasks } from './known-work.ts'
import { leaseUntil } from './lease-time.ts'
import { type Asker, findRoom, isExpired, type Room } from './lines.ts'
import { type BlockFigures, closeIfComplete, endLease, isFinished, withLease } from './shard-changes.ts'

type Needs = Pick<Ports, 'objects' | 'log' | 'newId' | 'now'>

/** A worker who asks for tasks. */
export interface Visitor<Reply> extends Asker {
  readonly work: Work
  /** Prepares the reply with the tasks of a lease, while the lease is written. A lease that is lost is prepared in vain. */
  prepare(shard: Shard, lease: TaskLease, isRepeated: boolean): Promise<Reply>
}

/** A block that a worker hands back. */
export interface FinishedBlock extends BlockId {
  readonly swapMilliseconds: number | undefined
}

/** What a visit to a shard came to. */
export interface Visit<Reply> {
  readonly shard: Shard
  /** The shard as it was read. */
  readonly before: Shard
  /** The tasks; undefined where the worker gets none. */
  readonly reply: Reply | undefined
  /** What the shard has for the worker, where there are no tasks. */
  readonly room: Exclude<Room, { kind: 'lines' }>
  /**
   * Writes what has changed although the worker got nothing, such as the block that was handed back. Nobody waits for it
   * before the next shard is tried. Returns the shard as it is then.
   */
  readonly save?: () => Promise<Shard>
}

/** What is to become of a shard. */
interface Decision extends Pick<Visit<unknown>, 'shard' | 'room'> {
  /** The lease that the worker has on lines of the shard. */
  readonly lease: TaskLease | undefined
  /** Whether the worker had that lease before. */
  readonly isRepeated: boolean
}

/** Of a large job, every fourth block is looked into for the statistics. */
const SAMPLED_SHARDS = 10
const SAMPLED_LEASES = /^[a-i]/

/**
 * Takes up what has happened in a shard (a block that is handed back, leases that have expired) and leases lines to the
 * worker, all in one conditional write: two round trips, three if a lease has expired.
 * @throws CorruptStateError when the shard is missing or damaged
 */
export function visitShard<Reply>(
  visitor: Visitor<Reply>,
  number: number,
  finished: FinishedBlock | undefined,
  ports: Needs,
): Promise<Visit<Reply>> {
  const ref = shardRef(visitor.work, number)
  const handover: Handover = { finished, judged: new Map() }
  return retryOnConflict(ref.key, async () => {
    const before = await readOpenShard(visitor, number, finished, ports)
    const { shard, lease, room, isRepeated } = await decideVisit(visitor, before, handover, ports)
    const isChanged = shard !== before.current.value
    if (!lease) {
      const save = () => saveVisit(visitor, number, handover, before, shard, ports)
      return { shard, before: before.current.value, room, reply: undefined, ...(isChanged && { save }) }
    }
    const [written, reply] = await awaitAll([
      isChanged ? replaceState(ref, before.current, shard, ports) : before.current,
      visitor.prepare(shard, lease, isRepeated),
    ])
    return written ? { shard, before: before.current.value, room, reply } : CONFLICT
  })
}

type AnyVisitor = Omit<Visitor<unknown>, 'prepare'>

interface Handover {
  readonly finished: FinishedBlock | undefined
  /** What the attempts of the visit have found about the answers. */
  readonly judged: KnownJudgments
}

interface OpenShard {
  readonly current: State<Shard>
  /** The answers in the folder of the finished block, and what is known of one of them. */
  readonly found: readonly AnswerName[]
  readonly figures: BlockFigures
}

async function readOpenShard(
  { work, worker }: AnyVisitor,
  number: number,
  finished: FinishedBlock | undefined,
  ports: Needs,
): Promise<OpenShard> {
  const [current, found, sample] = await Promise.all([
    readShard(work, number, ports),
    finished ? listAnswers(work, number, finished.block, ports) : [],
    finished && isSampled(work, finished) ? sampleAnswer(work, finished, worker, ports) : {},
  ])
  if (!current) throw new CorruptStateError(shardKey(work, number), undefined, 'it does not exist')
  const swapMilliseconds = finished?.swapMilliseconds
  return { current, found, figures: { ...sample, ...(swapMilliseconds !== undefined && { swapMilliseconds }) } }
}

const isSampled = (work: Work, { lease }: FinishedBlock): boolean =>
  countShards(work) <= SAMPLED_SHARDS || SAMPLED_LEASES.test(lease)

async function decideVisit(visitor: AnyVisitor, open: OpenShard, handover: Handover, ports: Needs): Promise<Decision> {
  const { work, worker } = visitor
  const { current } = open
  const now = ports.now()
  const nothing: Pick<Decision, 'room' | 'isRepeated'> = { room: { kind: 'exhausted' }, isRepeated: false }
  if (current.value.closed) return { ...nothing, shard: current.value, lease: undefined }
  const shard = await takeBack(visitor, open, handover, ports)
  const own = shard.leases.find((lease) => lease.worker === worker)
  if (own) return { ...nothing, shard, lease: own, isRepeated: true }
  const room = getsNoTasks(work, worker, now) ? nothing.room : findRoom(shard, visitor, work)
  if (room.kind !== 'lines') return { ...nothing, shard: closeIfComplete(shard, work, now), lease: undefined, room }
  const { block, lines, purpose } = room
  const times = { since: now.toISOString(), until: leaseUntil(work, lines.length, now) }
  const lease: TaskLease = {
    id: ports.newId(),
    worker,
    block,
    lines: [...lines],
    ...(purpose && { purpose }),
    ...times,
  }
  return { ...nothing, shard: withLease(shard, lease), lease }
}

/** Takes up what has happened in a shard: leases that have expired, the block that is handed back, and what its answers mean. */
async function takeBack(
  visitor: AnyVisitor,
  { current, found, figures }: OpenShard,
  { finished, judged }: Handover,
  ports: Needs,
): Promise<Shard> {
  const { work } = visitor
  const now = ports.now()
  const ended = await endLeases(work, current.value, (lease) => isExpired(lease, now), now, ports)
  const handed = handBack(visitor, ended, found, finished, figures, now)
  return await judgeChanges(work, current.value, handed, judged, ports)
}

/** Hands a block back, if all its lines are answered. Otherwise the worker still has it. Pure. */
function handBack(
  { worker }: AnyVisitor,
  shard: Shard,
  found: readonly AnswerName[],
  finished: FinishedBlock | undefined,
  figures: BlockFigures,
  now: Date,
): Shard {
  const lease = shard.leases.find(({ id }) => id === finished?.lease)
  if (!finished || lease?.worker !== worker || !isFinished(shard, lease, found)) return shard
  return endLease(shard, lease, found, now, figures)
}

/** Writes what a visit has found; when the shard was changed meanwhile, what is found then. */
async function saveVisit(
  visitor: AnyVisitor,
  number: number,
  handover: Handover,
  before: OpenShard,
  after: Shard,
  ports: Needs,
): Promise<Shard> {
  const ref = shardRef(visitor.work, number)
  if (await replaceState(ref, before.current, after, ports)) return after
  return await retryOnConflict(ref.key, async () => {
    const open = await readOpenShard(visitor, number, handover.finished, ports)
    const { current } = open
    if (current.value.closed) return current.value
    const next = closeIfComplete(await takeBack(visitor, open, handover, ports), visitor.work, ports.now())
    if (next === current.value) return next
    return (await replaceState(ref, current, next, ports)) ? next : CONFLICT
  })
}
