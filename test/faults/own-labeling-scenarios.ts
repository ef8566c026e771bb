import { createJob } from '../../shared/labeling/jobs/create.ts'
import { retryUntilDone, retryUntilDoneOr } from '../support/crash/retry.ts'
import { type Scenario, scenariosWith } from '../support/crash/scenario.ts'
import { copiedWorld, create, ownJobFor } from '../support/fixtures/labeling-jobs.ts'
import { jsonAt, keysUnder, textAt } from '../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

const STATE = 'system/labeling-jobs/cats-1.json'
const WORK = 'system/labeling-work/cats-1/'

/** Returns what is wrong with a job that exists: its work must be whole from the moment that its record is there. */
function wrongInWork(world: World): string[] {
  const work = jsonAt(world, `${WORK}work.json`)
  const state = jsonAt(world, STATE)
  const wrong: string[] = []
  if (state?.state === 'created' && state.request.engine === 'groundwork' && !work) wrong.push('the work is missing')
  if (!state && keysUnder(world, WORK).length > 0) wrong.push('objects are left behind without a job')
  if (!work) return wrong
  const shard = jsonAt(world, `${WORK}${work.workId}/shards/0000.json`)
  const tasks = (textAt(world, `${WORK}${work.workId}/tasks.jsonl`) ?? '').split('\n').length - 1
  if (shard?.lines !== work.lines) wrong.push('the shard is missing')
  if (tasks !== work.lines) wrong.push(`there are ${tasks} tasks`)
  const practice = jsonAt(world, `${WORK}${work.workId}/practice.json`)
  if (work.gold && practice?.images.length !== work.lines) wrong.push('the practice images are missing')
  return wrong
}

const ofWork = scenariosWith(({ world }) => wrongInWork(world))

const copied = (): Promise<World> => copiedWorld()

const expireLease = ({ world }: MemoryPorts): void => {
  world.now = new Date(world.now.getTime() + 151_000)
}

const createUntilDone = (ports: MemoryPorts): Promise<unknown> =>
  retryUntilDone(async () => {
    expireLease(ports)
    await createJob('cats-1', ownJobFor({ gold: {} }), ports)
  })

const notCreated = ({ world }: MemoryPorts): string[] => {
  const work = jsonAt(world, `${WORK}work.json`)
  const watches = world.sent.tasks.filter((message) => JSON.stringify(message).includes(`"workId":"${work?.workId}"`))
  return [
    ...(jsonAt(world, STATE)?.state === 'created' ? [] : ['the job is not created']),
    ...(work?.lines === 5 ? [] : ['the work has not all lines']),
    ...(work?.gold ? [] : ['the work has no gold']),
    ...(watches.length > 0 ? [] : ['nobody watches the job']),
    ...(keysUnder(world, 'system/labeling-index/').length === 2 ? [] : ['the job is not in the index']),
  ]
}

/** Another request takes the name of a creation that was interrupted, or is refused because the job exists. */
async function takeOver(ports: MemoryPorts): Promise<void> {
  await retryUntilDoneOr(() => createJob('cats-1', ownJobFor(), ports), 'conflict')
  await retryUntilDoneOr(async () => {
    expireLease(ports)
    await create(ports)
  }, 'conflict')
}

const notTaken = ({ world }: MemoryPorts): string[] => {
  const engine = jsonAt(world, STATE)?.request.engine
  const isLeft = engine === 'sagemaker' && keysUnder(world, WORK).length > 0
  return isLeft ? ['the work of the abandoned creation is left behind'] : []
}

/** All scenarios of creating jobs of Groundwork's own engine. */
export const OWN_LABELING_SCENARIOS: readonly Scenario[] = [
  ofWork(
    'creating a job of the engine groundwork',
    copied,
    async (ports) => void (await createUntilDone(ports)),
    notCreated,
  ),
  ofWork('taking over the name of a job of the engine groundwork', copied, takeOver, notTaken),
  ofWork(
    'creating a job of the engine groundwork whose state is lost',
    async () => {
      const world = await copied()
      await createJob('cats-1', ownJobFor(), memoryPorts({ world }))
      world.stored.delete(`s3://work/${STATE}`)
      return world
    },
    async (ports) => void (await createUntilDone(ports)),
    ({ world }) => (jsonAt(world, STATE)?.state === 'created' ? [] : ['the state is still lost']),
  ),
]
