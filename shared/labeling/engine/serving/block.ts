import type { LabelingTask, NextTasks } from '../../../contracts/labeling-task.ts'
import type { Ports } from '../../../platform/ports.ts'
import { quarterHourLinks } from '../../../platform/storage/quarter-hour-links.ts'
import type { Shard, TaskLease } from '../shard.ts'
import type { Work } from '../work.ts'
import { readBlockTasks } from './block-tasks.ts'
import { linkSeconds } from './lease-time.ts'
import { hasDone } from './lines.ts'
import { type FoundAnswer, isOfLease } from './shard-changes.ts'
import { readShown } from './shown.ts'
import { ticketSigner } from './tickets.ts'

/** The name of a block that a worker has: shard, block, lease. Workers send it back as it is. */
export interface BlockId {
  readonly shard: number
  readonly block: number
  readonly lease: string
}

const formatBlock = ({ shard, block, lease }: BlockId): string => `${shard}-${block}-${lease}`

/** Parses a name that the schema `BlockName` has accepted. Pure. */
export function parseBlock(name: string): BlockId {
  const [shard, block, lease = ''] = name.split('-')
  return { shard: Number(shard), block: Number(block), lease }
}

type Needs = Pick<Ports, 'objects' | 'bucket' | 'log' | 'now' | 'newId'>

/**
 * Returns the tasks of a lease as a worker gets them, with links, sizes and tickets.
 * @param found the worker's answers in the folder of the block, and what they say if they were read
 * @param leaseSeconds the longest time that a lease of the job has
 * @throws CorruptStateError when the list of tasks is damaged
 */
export async function toWork(
  work: Work,
  shard: Shard,
  lease: TaskLease,
  found: readonly FoundAnswer[],
  leaseSeconds: number,
  ports: Needs,
): Promise<Extract<NextTasks, { state: 'work' }>> {
  const [lines, sign, others] = await Promise.all([
    readBlockTasks(work, shard, lease.block, ports),
    ticketSigner(work, lease, ports),
    readShown(work, shard, lease, ports),
  ])
  const toLink = quarterHourLinks(linkSeconds(leaseSeconds), ports)
  // One that is no label and is not counted was left by a call that failed. It would be handed back as a label, so the worker
  // is asked again.
  const isAnswered = (line: number): boolean =>
    hasDone(shard, line, lease) ||
    found.some((answer) => answer.line === line && isOfLease(answer, lease) && !answer.noLabel)
  const toTask = async (line: number): Promise<LabelingTask> => {
    const { key = '', width = 1, height = 1, boxes } = lines.get(line) ?? {}
    const { link: image } = await toLink(key)
    const ticket = sign({ line, width, height })
    const shown = { ...(boxes && { boxes }), ...others.get(line) }
    return { line, image, width, height, ...shown, ticket, ...(isAnswered(line) && { answered: true }) }
  }
  return {
    state: 'work',
    block: formatBlock({ shard: shard.shard, block: lease.block, lease: lease.id }),
    secondsLeft: Math.max(0, Math.floor((Date.parse(lease.until) - ports.now().getTime()) / 1000)),
    tasks: await Promise.all(lease.lines.map(toTask)),
  }
}
