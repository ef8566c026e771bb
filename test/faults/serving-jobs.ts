import { shardNumbers } from '../../shared/labeling/engine/result/result-subject.ts'
import { writeShardResult } from '../../shared/labeling/engine/result/shard-result.ts'
import { readSkills, writeSkills } from '../../shared/labeling/engine/result/skills.ts'
import { type DrainOptions, drain } from '../support/broker/drain.ts'
import { type Scenario, scenariosWith } from '../support/crash/scenario.ts'
import { type ClosedWorkOptions, closedWork, type GivenLine } from '../support/fixtures/closed-work.ts'
import { copiedWorld, createOwn } from '../support/fixtures/labeling-jobs.ts'
import { putLabelingKey } from '../support/fixtures/open-work.ts'
import { jsonAt, keysUnder, ROOT, textAt } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { copyWorld, type World } from '../support/world/world.ts'
import { type Expected, notEnded, wrongInServing } from './serving-invariants.ts'
import { ledgerOf } from './serving-people.ts'
import { MANIFEST, RESPONSES, workAt } from './serving-records.ts'

const HOUR_MILLISECONDS = 3_600_000

const TO_LABEL: GivenLine = {}
const LABELED: GivenLine = { task: { key: 'data/b/images/1.jpg', width: 400, height: 200, alreadyLabeled: true } }

export const linesToLabel = (count: number): GivenLine[] => Array.from({ length: count }, () => TO_LABEL)

/** Two lines in each of two shards. */
export const TWO_SHARDS = Array.from({ length: 102 }, (_, index) => (index < 2 || index >= 100 ? TO_LABEL : LABELED))

/** Returns a job that nobody has begun. It has time for an hour. */
export const jobToLabel =
  (lines: readonly GivenLine[], workersPerObject: number, changes: Partial<ClosedWorkOptions> = {}) =>
  async (): Promise<World> => {
    const world = await copiedWorld()
    await createOwn(memoryPorts({ world }))
    const deadline = new Date(world.now.getTime() + HOUR_MILLISECONDS).toISOString()
    closedWork(world, { lines, because: null, workersPerObject, deadline, taskTimeLimitSeconds: 60, ...changes })
    putLabelingKey(world)
    return world
  }

/** The message by which the job is watched from its creation on. */
export function watchFromCreation({ world }: MemoryPorts): void {
  const { job, workId } = workAt(world)
  const message = { task: 'watch-labeling', job, workId, requestId: 'request-1' }
  world.sent.tasks.push(message)
  world.delays.set(message, 900)
}

/** Delivers all messages, or those that are due until then. */
export type Deliver = (until?: Date) => Promise<void>

/**
 * A scenario of people who label the job `cats-1`, and of the messages that bring it to its end.
 * @param expected what it comes to; undefined where that depends on the fault, such as one that lasts
 */
export function peopleScenario(
  name: string,
  world: () => Promise<World>,
  label: (ports: MemoryPorts, deliver: Deliver) => Promise<void>,
  expected?: Expected,
): Scenario {
  const work = async (ports: MemoryPorts, options: DrainOptions): Promise<void> => {
    const deliver: Deliver = async (until) => {
      // Nobody needs it before: it comes after a quarter of an hour.
      if (!until) watchFromCreation(ports)
      await drain(ports, { ...options, withChecks: true, ...(until && { until }) })
    }
    await label(ports, deliver)
    await deliver()
    ledgerOf(ports.world).otherResults = await writeAgain(ports.world)
  }
  return scenariosWith(({ world: now }) => wrongInServing(now, ledgerOf(now)))(name, world, work, ({ world: now }) =>
    notEnded(now, expected),
  )
}

/** Writes the result of the same answers a day later, from shards that list them in another order. @returns differences */
async function writeAgain(world: World): Promise<string[]> {
  const work = workAt(world)
  if (!work.end || work.end.status === 'Failed') return []
  const again = copyWorld(world)
  again.now = new Date(world.now.getTime() + 24 * HOUR_MILLISECONDS)
  const folder = `system/labeling-work/${work.job}/${work.workId}/`
  for (const name of keysUnder(again, `${folder}shards/`)) {
    const shard = jsonAt(again, `${folder}shards/${name}`)
    const answers = Object.entries<string[]>(shard.answers).map(([line, counted]) => [line, counted.toReversed()])
    const text = JSON.stringify({ ...shard, scores: undefined, answers: Object.fromEntries(answers) })
    again.stored.set(`${ROOT}${folder}shards/${name}`, memoryObject(text))
  }
  // What was made of the answers is made again.
  const made = [RESPONSES, `${folder}opinions/`, `${folder}skills.json`, `${folder}labels/`].map((key) => ROOT + key)
  for (const uri of again.stored.keys()) if (made.some((start) => uri.startsWith(start))) again.stored.delete(uri)
  const ports = memoryPorts({ world: again })
  await writeSkills(work, ports)
  const skills = await readSkills(work, ports)
  for (const number of shardNumbers(work)) await writeShardResult(work, number, skills, ports)
  const labels = keysUnder(again, `${folder}labels/`).map((name) => textAt(again, `${folder}labels/${name}`))
  const responses = (at: World) => keysUnder(at, RESPONSES).map((name) => [name, textAt(at, RESPONSES + name)])
  return [
    ...(labels.join('') === textAt(world, MANIFEST) ? [] : ['the manifest depends on more than the answers']),
    ...(JSON.stringify(responses(again)) === JSON.stringify(responses(world))
      ? []
      : ['the worker responses depend on more than the answers']),
  ]
}
