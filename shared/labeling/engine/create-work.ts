import pLimit from 'p-limit'
import { AppError } from '../../contracts/errors.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Ports } from '../../platform/ports.ts'
import { createState } from '../../platform/state/record.ts'
import { storeStream } from '../../platform/storage/multipart.ts'
import { type ChosenLines, chooseGold, NOTHING_CHOSEN, toPracticeImages } from './creation/choose-gold.ts'
import { readInputShards } from './creation/input-lines.ts'
import { planShard } from './creation/plan-shard.ts'
import { type ImageSize, toTaskLine } from './creation/task-line.ts'
import type { KnownBox } from './creation/truth.ts'
import { tasksKey } from './folders.ts'
import { type PracticeImage, storePracticeImages } from './practice/practice-images.ts'
import { type Shard, shardRef } from './shard.ts'
import type { TaskLine } from './task-lines.ts'
import { findWork, type Work, workRef } from './work.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'files' | 'copier' | 'now' | 'newId'>

/** A job to create. Its input manifest is stored, and was checked: each line is an object with its image. */
export interface NewWork
  extends Pick<
    Work,
    | 'job'
    | 'batch'
    | 'mode'
    | 'labelAttributeName'
    | 'priorAttribute'
    | 'labels'
    | 'title'
    | 'description'
    | 'instructions'
    | 'workersPerObject'
    | 'stopWhen'
    | 'review'
    | 'coverageCheck'
    | 'taskTimeLimitSeconds'
    | 'stoppingConditions'
    | 'createdAt'
  > {
  /** Key of its input manifest in the working bucket. */
  readonly inputManifestKey: string
  /** After that, lines without all opinions are given up. */
  readonly taskAvailabilitySeconds: number
  /** Sizes of images that are known, by URI. The headers of others are read. */
  readonly sizes: ReadonlyMap<string, ImageSize>
  /** What known answers are used for; undefined for nothing. */
  readonly gold?: GoldOrder | undefined
}

/** What known answers are used for, and what is known. */
export interface GoldOrder extends NonNullable<Work['gold']> {
  /** Boxes of images whose answer is known, by the URI of the image. */
  readonly known: ReadonlyMap<string, readonly KnownBox[]>
}

/** Image headers that are read, and objects that are written, at the same time. */
const MAX_REQUESTS_IN_FLIGHT = 32

/**
 * Creates the work of a labeling job, which starts at once: what workers see, the shards, and at last the record that makes
 * them count. All but the record is in a folder of this call, so it may be repeated at any time.
 * @returns the work; that of another call, if that was faster
 * @throws AppError `source-changed` when the input manifest was replaced meanwhile
 */
export async function createWork(order: NewWork, ports: Needs): Promise<Work> {
  const workId = ports.newId()
  const identity = { job: order.job, workId, createdAt: order.createdAt }
  const written: WrittenLines = { shards: [], counted: { lines: 0, alreadyLabeled: 0 }, chosen: NOTHING_CHOSEN }
  await storeStream(tasksKey(identity), writeTasks(order, identity, written, ports), ports)
  await storeShards(identity, written.shards, ports)
  const practice = order.gold && order.gold.practice > 0 ? toPracticeImages(written.chosen) : []
  if (practice.length > 0) await storePracticeImages(identity, practice, ports)
  const gold = order.gold && toGold(order.gold, written.chosen, practice)
  const work = toWork(order, { ...identity, ...written.counted, gold }, ports)
  const created = (await createState(workRef(order.job), work, ports)) ?? (await findWork(order.job, ports))
  if (created) return created.value
  throw new AppError('upstream-failed', `The labeling job "${order.job}" was removed while it was created.`)
}

type Identity = Pick<Work, 'job' | 'workId' | 'createdAt'>

/** What is known of the lines whose tasks were written. */
interface WrittenLines {
  readonly shards: Shard[]
  readonly counted: { lines: number; alreadyLabeled: number }
  chosen: ChosenLines
}

/** Yields `tasks.jsonl`, and adds to what is known of the lines that it has yielded. Holds the tasks of a shard. */
async function* writeTasks(
  order: NewWork,
  identity: Identity,
  written: WrittenLines,
  ports: Needs,
): AsyncGenerator<Uint8Array> {
  const limit = pLimit(MAX_REQUESTS_IN_FLIGHT)
  const { labelAttributeName, priorAttribute, sizes, gold } = order
  const rules = { labelAttributeName, priorAttribute, sizes, known: gold?.known }
  const { shards, counted } = written
  const seed = gold && ports.newId()
  let taskStart = 0
  for await (const input of readInputShards(order.inputManifestKey, ports)) {
    let tasks: readonly TaskLine[] = await Promise.all(
      input.map(({ text }) => limit(() => toTaskLine(text, rules, ports))),
    )
    if (gold && seed !== undefined)
      ({ tasks, chosen: written.chosen } = chooseGold(
        counted.lines + 1,
        tasks,
        { share: gold.share, seed },
        written.chosen,
      ))
    const lines = tasks.map((task) => Buffer.from(`${JSON.stringify(task)}\n`))
    const taskBytes = lines.map(({ length }) => length)
    shards.push(planShard(identity, { shard: shards.length, input, tasks, taskBytes, taskStart }))
    counted.lines += tasks.length
    counted.alreadyLabeled += tasks.filter(({ alreadyLabeled }) => alreadyLabeled).length
    const bytes = Buffer.concat(lines)
    taskStart += bytes.length
    yield bytes
  }
}

/** Returns what known answers are used for, as far as there are any. Pure. */
const toGold = (
  { share, practice }: GoldOrder,
  { known }: ChosenLines,
  images: readonly PracticeImage[],
): Work['gold'] => (known === 0 ? undefined : { share, practice: Math.min(practice, images.length) })

async function storeShards(identity: Identity, shards: readonly Shard[], ports: Needs): Promise<void> {
  const limit = pLimit(MAX_REQUESTS_IN_FLIGHT)
  const store = async (shard: Shard): Promise<void> => {
    await createState(shardRef(identity, shard.shard), shard, ports)
  }
  // A caller that cleans up waits for all of them.
  const stored = await Promise.allSettled(shards.map((shard) => limit(store, shard)))
  for (const one of stored) if (one.status === 'rejected') throw one.reason
}

/** Returns the record of the work. Pure. */
function toWork(
  { inputManifestKey, taskAvailabilitySeconds, sizes: _, ...order }: NewWork,
  known: Identity & Pick<Work, 'lines' | 'alreadyLabeled' | 'gold'>,
  ports: Pick<Ports, 'config' | 'now'>,
): Work {
  return {
    ...order,
    ...known,
    inputManifestUri: toS3Uri(inputManifestKey, ports),
    deadline: new Date(ports.now().getTime() + 1000 * taskAvailabilitySeconds).toISOString(),
  }
}
