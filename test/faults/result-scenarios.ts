import { deleteBatch } from '../../shared/batches/delete.ts'
import { startResult } from '../../shared/labeling/engine/result/result-job.ts'
import { findWork, type Work } from '../../shared/labeling/engine/work.ts'
import { type DrainOptions, drain } from '../support/broker/drain.ts'
import { retryUntilDone, retryUntilDoneOr } from '../support/crash/retry.ts'
import { type Scenario, scenariosWith } from '../support/crash/scenario.ts'
import { catBox, closedWork, type GivenLine } from '../support/fixtures/closed-work.ts'
import { copiedWorld, createOwn } from '../support/fixtures/labeling-jobs.ts'
import { jsonAt, keysUnder, textAt } from '../support/world/bucket-contents.ts'
import type { Call } from '../support/world/call.ts'
import { eventsIn, wrongInEvents } from '../support/world/events.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

const JOB = 'system/labeling-jobs/cats-1.json'
const WORK = 'system/labeling-work/cats-1/work.json'
const MANIFEST = 'data/b/cats-1/manifests/output/output.manifest'
const RESPONSES = 'data/b/cats-1/annotations/worker-response/iteration-1/'

/** Two shards, whose last lines nobody has answered. */
const LINES: readonly GivenLine[] = Array.from({ length: 103 }, (_, index) => {
  if (index === 0) return { answers: [1, 2].map((worker) => ({ worker, answer: 'boxes', boxes: [catBox(worker)] })) }
  if (index === 1) return { answers: [{ worker: 1, answer: 'bad-image' }] }
  if (index === 101) return { answers: [{ worker: 2, answer: 'empty' }] }
  return {}
})
const COUNTERS = { labeled: 2, failed: 101, unlabeled: 0 }

/** A job whose shards are closed, and whose record does not know that yet. */
async function closed(): Promise<World> {
  const world = await copiedWorld()
  await createOwn(memoryPorts({ world }))
  closedWork(world, { workersPerObject: 2, because: 'deadline', lines: LINES })
  return world
}

/** The same job, when its result is written and its record does not know that yet. */
async function written(): Promise<World> {
  const world = await closed()
  const ports = memoryPorts({ world })
  await writeResult(ports, { lost: (message) => 'task' in message && message.task === 'record-job-end' })
  return world
}

const workOf = async (ports: MemoryPorts): Promise<Work> => {
  const found = await findWork('cats-1', ports)
  if (!found) throw new Error('the work is gone')
  return found.value
}

const writeResult = async (ports: MemoryPorts, options: DrainOptions = {}): Promise<void> => {
  await retryUntilDone(async () => startResult(await workOf(ports), ports))
  await drain(ports, options)
}

/** A line of the manifest that was ever written differently is a result that depends on something else than the answers. */
const EXPECTED = await written().then((world) => ({
  manifest: textAt(world, MANIFEST),
  responses: keysUnder(world, RESPONSES).map((name) => [name, textAt(world, RESPONSES + name)] as const),
}))

/** A scenario about the result of the job `cats-1`. */
const ofResult = scenariosWith(({ world }) => [...wrongInResult(world), ...wrongInEvents(world)])

function wrongInResult(world: World): string[] {
  const work = jsonAt(world, WORK)
  const manifest = textAt(world, MANIFEST)
  const { counters, status } = work?.end ?? {}
  const sum = counters ? counters.labeled + counters.failed + counters.unlabeled : LINES.length
  const ids = new Set(eventsIn(world).map(({ id }) => id))
  return [
    ...(sum === LINES.length ? [] : [`the counters add up to ${sum}`]),
    ...(work?.end && manifest === undefined ? ['the work has ended without a manifest'] : []),
    ...(status === 'Completed' && manifest !== EXPECTED.manifest ? ['the manifest has other bytes'] : []),
    ...(ids.size <= 1 ? [] : [`${ids.size} different events were published`]),
  ]
}

const notEnded =
  (status: string) =>
  ({ world }: MemoryPorts): string[] => {
    const { end } = jsonAt(world, WORK) ?? {}
    const { end: ended, pendingEvents } = jsonAt(world, JOB) ?? {}
    return [
      ...(end?.status === status ? [] : [`the work has ended as ${end?.status}`]),
      ...(ended?.status === status && !pendingEvents ? [] : ['the job has not learned of its end']),
      ...(eventsIn(world).length > 0 ? [] : ['the event is not published']),
    ]
  }

const notWritten = (ports: MemoryPorts): string[] => {
  const { world } = ports
  const { counters } = jsonAt(world, WORK)?.end ?? {}
  const isSame = EXPECTED.responses.every(([name, text]) => textAt(world, RESPONSES + name) === text)
  return [
    ...notEnded('Completed')(ports),
    ...(JSON.stringify(counters) === JSON.stringify(COUNTERS) ? [] : [`the counters are ${JSON.stringify(counters)}`]),
    ...(isSame && keysUnder(world, RESPONSES).length === EXPECTED.responses.length ? [] : ['the responses differ']),
  ]
}

/** One part of the result can never be written. */
const losesPart = ({ method, key }: Call) =>
  method === 'put' && key.endsWith('labels/0001.jsonl') ? ('before' as const) : undefined

/** What is left: the lines of the first shard, and those of the second as they are in the input manifest. */
const notWrittenInPart = (ports: MemoryPorts): string[] => {
  const { world } = ports
  const lines = textAt(world, MANIFEST)?.split('\n') ?? []
  const expected = EXPECTED.manifest?.split('\n') ?? []
  const input = textAt(world, 'data/b/manifests/cats-1/input.manifest')?.split('\n') ?? []
  const isRight = lines.length === input.length && lines.every((line, at) => line === (at < 100 ? expected : input)[at])
  return [...notEnded('Failed')(ports), ...(isRight ? [] : ['a line of the manifest is wrong'])]
}

async function deleteUntilDone(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await retryUntilDoneOr(() => deleteBatch('b', ports), 'not-found')
  await drain(ports, options)
}

const notDeleted = ({ world }: MemoryPorts): string[] => [
  ...keysUnder(world, 'data/b/').map((name) => `data/b/${name} is left behind`),
  ...keysUnder(world, 'system/labeling-work/').map((name) => `${name} is left behind`),
  ...(jsonAt(world, JOB)?.end ? [] : ['the end of the job is lost']),
  ...(textAt(world, JOB) ? [] : ['the name of the job is free again']),
]

/** A batch whose record is damaged is deleted although its job is running: only then is a work removed while others use it. */
async function writeAndDelete(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await retryUntilDone(async () => startResult(await workOf(ports), ports))
  await retryUntilDone(() => ports.objects.put('data/b/batch.json', 'damaged'))
  await deleteUntilDone(ports, options)
}

/** All scenarios of the result of labeling jobs. */
export const RESULT_SCENARIOS: readonly Scenario[] = [
  ofResult('writing the result of a labeling job', closed, writeResult, notWritten),
  ofResult('dead-lettering a part of a result', closed, writeResult, notWrittenInPart, losesPart),
  ofResult('deleting a batch with a job whose end is not recorded', written, deleteUntilDone, notDeleted),
  ofResult('writing the result of a job that goes', closed, writeAndDelete, ({ world }) => [
    ...keysUnder(world, 'data/b/'),
    ...keysUnder(world, 'system/labeling-work/'),
  ]),
]
