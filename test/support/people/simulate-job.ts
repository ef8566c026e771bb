import { seededRandom } from '../../../local/seeded-random.ts'
import { AppError } from '../../../shared/contracts/errors.ts'
import type { Answer } from '../../../shared/contracts/labeling-answer.ts'
import type { LabelingTask, NextTasks } from '../../../shared/contracts/labeling-task.ts'
import { shardKey } from '../../../shared/labeling/engine/folders.ts'
import { nextTasks } from '../../../shared/labeling/engine/serving/next-tasks.ts'
import { renewBlock } from '../../../shared/labeling/engine/serving/renew-block.ts'
import { submitAnswer } from '../../../shared/labeling/engine/serving/submit-answer.ts'
import type { TaskWorker } from '../../../shared/labeling/engine/serving/worker-job.ts'
import { readShard, type Shard } from '../../../shared/labeling/engine/shard.ts'
import { requestStop } from '../../../shared/labeling/engine/stop.ts'
import { lookAtShard, watchWork } from '../../../shared/labeling/engine/watch/watch-work.ts'
import { countShards, type Work } from '../../../shared/labeling/engine/work.ts'
import { pseudonym } from '../fixtures/closed-work.ts'
import { openWork } from '../fixtures/open-work.ts'
import { type Call, type Fault, SimulatedCrash } from '../world/call.ts'
import { memoryObject } from '../world/memory-object.ts'
import type { MemoryPorts } from '../world/ports.ts'

const JOB = 'cats-1'

/** How people work on a job, and what goes wrong. */
export interface Settings {
  readonly seed: number
  readonly lines: number
  readonly workersPerObject: number
  readonly people: number
  readonly turns: number
  /** Share of the calls of ports that fail. */
  readonly faults: number
  readonly stopAfter?: number
  /** Share of the calls of ports before which a shard is lost or damaged, in the first third of the turns. */
  readonly damages?: number
}

/** What the workers were told. */
interface Ledger {
  /** The latest revision that was acknowledged as counted, by line and worker. */
  readonly counted: Map<string, number>
  /** Whether an answer was ever sent, by line and worker. */
  readonly sent: Set<string>
  replaced: number
}

/**
 * Lets people at a job do whatever they can, in an order made of a seed, several at a time and with calls that fail, until
 * nobody has anything to do. Then time goes by, and the job ends.
 */
export async function simulateJob(settings: Settings) {
  const { seed, lines, workersPerObject, people, turns, faults, stopAfter, damages = 0 } = settings
  const random = seededRandom(seed)
  const { ports, work } = openWork(lines, { deadline: '2026-01-03T00:00:00.000Z', workersPerObject })
  const { world } = ports
  let isDamaging = damages > 0
  world.pause = async () => {
    for (let ticks = Math.floor(random() * 4); ticks > 0; ticks--) await Promise.resolve()
    // A call can take so long that the lease, or what is known of the job, expires meanwhile.
    if (random() < 0.002) passTime(random() * 20 * 60_000)
    if (isDamaging && random() < damages) damageShard()
  }
  world.fault = (call) => (random() < faults ? pickFault(call, random) : undefined)
  const ledger: Ledger = { counted: new Map(), sent: new Set(), replaced: 0 }
  const held: (Extract<NextTasks, { state: 'work' }> | undefined)[] = Array.from({ length: people })
  for (let turn = 0; turn < turns; turn++) {
    const acting = Array.from({ length: 4 }, () => Math.floor(random() * people))
    await Promise.all(acting.map((person) => survive(act(person))))
    passTime(random() * 60_000)
    if (random() < 0.03) passTime(16 * 60_000)
    if (random() < 0.1) await survive(watch(work, withOwnClock()))
    if (turn === stopAfter) await survive(requestStop(JOB, withOwnClock()))
    if (isDamaging && random() < 0.7) await survive(lookAtAll(work, withOwnClock()))
    // What was lost last is not found by making the shard again once more.
    if (turn > turns / 3) isDamaging = false
  }
  isDamaging = false
  world.fault = () => undefined
  world.now = new Date('2026-01-03T01:00:00Z')
  await watch(work, ports)
  // The opinions in a shard are collected once it is closed. One that was damaged since then is made again.
  await lookAtAll(work, ports)
  return { ports, work, ledger, shards: await readShards(work, ports) }

  function damageShard(): void {
    const uri = `s3://work/${shardKey(work, Math.floor(random() * countShards(work)))}`
    if (random() < 0.5) world.stored.delete(uri)
    else world.stored.set(uri, memoryObject('{ "workId": "wor'))
  }

  function passTime(milliseconds: number): void {
    world.now = new Date(world.now.getTime() + Math.floor(milliseconds))
  }

  /** The clocks of functions differ by some seconds. */
  function withOwnClock(): MemoryPorts {
    const skew = Math.floor((random() - 0.5) * 4000)
    return { ...ports, now: () => new Date(world.now.getTime() + skew) }
  }

  async function act(person: number): Promise<void> {
    const ports = withOwnClock()
    const worker = { id: pseudonym(person), role: 'label' as const, jobs: undefined }
    const block = held[person]
    const draw = random()
    if (!block || draw < 0.3) {
      const isSaidFinished = block && random() < 0.8
      const reply = await nextTasks(JOB, worker, isSaidFinished ? { finished: block.block } : {}, ports)
      held[person] = reply.state === 'work' ? reply : undefined
    } else if (draw < 0.35) {
      const reply = await renewBlock(JOB, worker, block.block, ports)
      if (reply.state === 'work') held[person] = reply
    } else if (draw < 0.38) held[person] = undefined
    else for (const task of block.tasks) if (random() < 0.6) await answer(worker, task, ports)
  }

  async function answer(worker: TaskWorker, { line, ticket }: LabelingTask, ports: MemoryPorts): Promise<void> {
    const kinds: readonly Answer[] = ['empty', 'empty', 'empty', 'empty', 'empty', 'cannot-tell', 'declined']
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'empty'
    const name = `${line}.${worker.id}`
    const isAgain = ledger.sent.has(name)
    const attempt = isAgain && random() < 0.5 ? 0 : Math.floor(random() * 1e9)
    ledger.sent.add(name)
    const request = { ticket, submitId: `submit-${line}-${worker.id}-${attempt}`, answer: kind }
    const { receipt } = await submitAnswer(JOB, line, worker, request, ports)
    if (receipt.revision > 1) ledger.replaced += 1
    if (receipt.counted) ledger.counted.set(name, Math.max(receipt.revision, ledger.counted.get(name) ?? 0))
  }
}

function pickFault(call: Call, random: () => number): Fault {
  const draw = random()
  if (draw < 0.3) return 'before'
  if (draw < 0.6) return 'after'
  if (draw < 0.8 && call.conditional) return 'refused'
  return new AppError('upstream-failed', 'S3 does not answer.')
}

/** Waits for what may crash, or be refused. */
async function survive(acting: Promise<unknown>): Promise<void> {
  await acting.catch((error: unknown) => {
    if (!(error instanceof SimulatedCrash) && !(error instanceof AppError)) throw error
  })
}

const watch = ({ workId }: Work, ports: MemoryPorts) =>
  watchWork({ task: 'watch-labeling', job: JOB, workId, requestId: 'request-1' }, ports)

/** Does what the messages do that ask for a look at a shard. */
async function lookAtAll(work: Work, ports: MemoryPorts): Promise<void> {
  for (let shard = 0; shard < countShards(work); shard++)
    await lookAtShard({ task: 'rebuild-shard', job: JOB, workId: work.workId, shard, requestId: 'request-1' }, ports)
}

const readShards = async (work: Work, ports: MemoryPorts): Promise<Shard[]> =>
  await Promise.all(
    Array.from({ length: countShards(work) }, async (_, shard) => {
      const state = await readShard(work, shard, ports)
      if (!state) throw new Error(`shard ${shard} is missing`)
      return state.value
    }),
  )
