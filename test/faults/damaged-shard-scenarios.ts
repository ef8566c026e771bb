import { shardKey } from '../../shared/labeling/engine/folders.ts'
import type { Scenario } from '../support/crash/scenario.ts'
import { ROOT } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { type Deliver, jobToLabel, linesToLabel, peopleScenario } from './serving-jobs.ts'
import { answer, answerAll, labelToTheEnd, next, type Person, take } from './serving-people.ts'
import { workAt } from './serving-records.ts'

const ann: Person = { number: 1 }
const bob: Person = { number: 2 }

/** After that, a message that has failed once was delivered again. */
const REDELIVERED_MILLISECONDS = 15 * 60_000

function harmShard({ world }: MemoryPorts, text?: string): void {
  const uri = `${ROOT}${shardKey(workAt(world), 0)}`
  if (text === undefined) world.stored.delete(uri)
  else world.stored.set(uri, memoryObject(text))
}

/** The shard is lost while a worker has all its lines: what is answered before, meanwhile and afterwards counts. */
async function labelLostShard(ports: MemoryPorts, deliver: Deliver): Promise<void> {
  const { block, tasks } = await take(ports, ann)
  await answer(ports, ann, tasks[0]!)
  await answer(ports, ann, tasks[1]!, 'cannot-tell')
  harmShard(ports)
  await answer(ports, ann, tasks[2]!)
  // Who asks for tasks notices it.
  await next(ports, bob)
  await deliver(new Date(ports.now().getTime() + REDELIVERED_MILLISECONDS))
  await labelToTheEnd(ports, [bob, ann], { finished: new Map([[ann.number, block]]) })
}

/** The shard is damaged after it was closed: before its receipt is written, or before its result is. */
async function damageClosedShard(ports: MemoryPorts): Promise<void> {
  const block = await answerAll(ports, ann, await take(ports, ann))
  await next(ports, ann, block)
  harmShard(ports, '{')
}

/** Shards that are lost or damaged in the middle of a job. */
export const DAMAGED_SHARD_SCENARIOS: readonly Scenario[] = [
  peopleScenario('labeling a shard that is lost', jobToLabel(linesToLabel(3), 1), labelLostShard, {
    status: 'Completed',
    complete: 3,
    expired: 0,
  }),
  peopleScenario('labeling with a closed shard that is damaged', jobToLabel(linesToLabel(2), 1), damageClosedShard, {
    status: 'Completed',
    complete: 2,
    expired: 0,
  }),
]
