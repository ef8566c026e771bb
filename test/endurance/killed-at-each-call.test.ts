import { describe, expect, it } from '@jest/globals'
import { resumeAll } from '../../local/recovery/resume-all.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { deleteBatch } from '../../shared/batches/delete.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { cancelImport } from '../../shared/datasets/import/cancel-import.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { forgetDataset } from '../../shared/datasets/register/forget.ts'
import { recordStateChange } from '../../shared/labeling/jobs/job-changed.ts'
import { wrongInBatch } from '../faults/batch-invariants.ts'
import { copyUntilDone, notCopied, selectedWorld, tick } from '../faults/copying.ts'
import { wrongInDataset } from '../faults/import-invariants.ts'
import { importedWorld, notImported, registeredWorld, TWO_PARTS } from '../faults/importing.ts'
import { runningToTheLabels, runRequest } from '../faults/run-scenarios.ts'
import { notEnded, wrongInServing } from '../faults/serving-invariants.ts'
import { jobToLabel, linesToLabel, watchFromCreation } from '../faults/serving-jobs.ts'
import { answer, type Ledger, labelToTheEnd, ledgerOf, take } from '../faults/serving-people.ts'
import { drain } from '../support/broker/drain.ts'
import { crashAfterWrite } from '../support/crash/faults.ts'
import { copiedWorld, create, end, stateChange } from '../support/fixtures/labeling-jobs.ts'
import { jsonAt, keysUnder } from '../support/world/bucket-contents.ts'
import { SimulatedCrash } from '../support/world/call.ts'
import { eventsIn } from '../support/world/events.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { copyWorld, emptyWorld, type World } from '../support/world/world.ts'

/** One call to the API, and the work that it sets off. */
interface Interrupted {
  readonly name: string
  world(): Promise<World>
  call(ports: MemoryPorts): Promise<unknown>
  /** Whether the call had an effect before the process was killed: otherwise it has to be repeated. */
  hasBegun(world: World): boolean
  /** Lists what is wrong, or missing for the work to be done. */
  check(ports: MemoryPorts, before: World): readonly string[]
}

const batchOf = (world: World) => jsonAt(world, 'data/b/batch.json')
const datasetOf = (world: World) => jsonAt(world, 'data/raw/small/dataset.json')
const jobOf = (world: World) => jsonAt(world, 'system/labeling-jobs/cats-1.json')
const listLeft = (world: World, folder: string) => keysUnder(world, folder).map((key) => `${folder}${key} is left`)
const listUnpublished = (world: World, type: string) =>
  eventsIn(world).some((event) => event.type === type) ? [] : [`${type} was not published`]

async function copiedBatch(): Promise<World> {
  const world = await selectedWorld(4)
  await copyUntilDone(memoryPorts({ world }))
  return copyWorld(world)
}

async function importingWorld(): Promise<World> {
  const world = await registeredWorld()
  await startImport('small', memoryPorts({ world }))
  return world
}

async function labeledWorld(): Promise<World> {
  const world = await copiedWorld()
  const ports = memoryPorts({ world })
  await create(ports)
  end(ports, 'cats-1', 'Completed', ['labeled'])
  return world
}

/** What the people knew before they were interrupted. */
let ledger: Ledger = ledgerOf(emptyWorld())

const INTERRUPTED: readonly Interrupted[] = [
  {
    name: 'an import',
    world: () => registeredWorld(TWO_PARTS),
    call: (ports) => startImport('small', ports),
    hasBegun: (world) => datasetOf(world).importing || datasetOf(world).current,
    check: (ports, before) => [
      ...wrongInDataset(ports.world, 'small', before),
      ...notImported(ports),
      ...listUnpublished(ports.world, 'dataset.ready'),
    ],
  },
  {
    name: 'an import that fails',
    world: () => registeredWorld({ 'names.csv': '<html>' }),
    call: (ports) => startImport('small', ports),
    hasBegun: (world) => datasetOf(world).importing || datasetOf(world).problem,
    check: ({ world }, before) => [
      ...wrongInDataset(world, 'small', before),
      ...(datasetOf(world).problem ? [] : ['the import did not fail']),
      ...listUnpublished(world, 'dataset.failed'),
    ],
  },
  {
    name: 'the cancellation of an import',
    world: importingWorld,
    call: (ports) => cancelImport('small', ports),
    hasBegun: (world) => !datasetOf(world).importing || datasetOf(world).importing.cancelled,
    check: ({ world }) => [
      ...listLeft(world, 'data/raw/small/').filter((what) => !/(dataset|rounds\/(fetch|check)\/1)\.json /.test(what)),
      ...(datasetOf(world).importing ? ['the import is still being cancelled'] : []),
    ],
  },
  {
    name: 'the deletion of a dataset',
    world: importedWorld,
    call: (ports) => forgetDataset('small', ports),
    hasBegun: (world) => datasetOf(world)?.deleting ?? true,
    check: ({ world }) => listLeft(world, 'data/raw/small/'),
  },
  {
    name: 'a run up to the labeling job',
    world: () => runningToTheLabels.world(),
    call: (ports) => createBatch('b', runRequest('label'), ports),
    hasBegun: (world) => batchOf(world) !== null,
    check: (ports, before) => [...runningToTheLabels.wrong(ports, before), ...runningToTheLabels.notDone(ports)],
  },
  {
    name: 'a selection',
    world: () => runningToTheLabels.world(),
    call: (ports) => createBatch('b', runRequest('select'), ports),
    hasBegun: (world) => batchOf(world) !== null,
    check: ({ world }, before) => [
      ...wrongInBatch(world, 'b', before),
      ...(batchOf(world).state === 'selected' ? [] : ['the images are not chosen']),
      ...listUnpublished(world, 'batch.selected'),
    ],
  },
  {
    name: 'a copy',
    world: () => selectedWorld(6),
    call: (ports) => startCopy('b', ports),
    hasBegun: (world) => keysUnder(world, 'data/b/copies/').length > 0,
    check: (ports, before) => [
      ...wrongInBatch(ports.world, 'b', before),
      ...notCopied(ports),
      ...listUnpublished(ports.world, 'batch.copied'),
    ],
  },
  {
    name: 'the deletion of a batch',
    world: copiedBatch,
    call: (ports) => deleteBatch('b', ports),
    hasBegun: (world) => batchOf(world)?.state !== 'selected',
    check: ({ world }) => listLeft(world, 'data/b/'),
  },
  {
    name: 'the creation of a labeling job',
    world: () => copiedWorld(),
    call: (ports) => create(ports),
    hasBegun: (world) => jobOf(world) !== null,
    check: ({ world }) => [
      ...(jobOf(world).state === 'created' ? [] : ['the job is not created']),
      ...(world.labeling.requests.length === 1 ? [] : [`the service has ${world.labeling.requests.length} jobs`]),
      ...(batchOf(world).labelingJobs?.[0]?.status === 'InProgress' ? [] : ['the batch does not have the job']),
    ],
  },
  {
    name: 'the end of a labeling job',
    world: labeledWorld,
    call: (ports) => recordStateChange(stateChange('cats-1', 'Completed'), ports),
    hasBegun: () => true,
    check: ({ world }) => [
      ...(jobOf(world).end && !jobOf(world).pendingEvents ? [] : ['the end of the job is not recorded']),
      ...(batchOf(world).labelingJobs?.[0]?.status === 'Completed' ? [] : ['the batch has the job as running']),
      ...listUnpublished(world, 'labeling-job.completed'),
    ],
  },
  {
    name: 'a labeling job whose workers do not come back',
    world: jobToLabel(linesToLabel(3), 2),
    call: async (ports) => {
      ledger = ledgerOf(ports.world)
      watchFromCreation(ports)
      const { tasks } = await take(ports, { number: 1 })
      await answer(ports, { number: 1 }, tasks[0]!, 'declined')
      await labelToTheEnd(ports, [{ number: 1 }, { number: 2 }, { number: 3 }])
    },
    hasBegun: () => true,
    check: ({ world }) => [...wrongInServing(world, ledger), ...notEnded(world, undefined)],
  },
]

/** Calls, and drains the queues until the process is killed. */
async function workUntilKilled(ports: MemoryPorts, call: Interrupted['call']): Promise<void> {
  try {
    await call(ports)
    await drain(ports, { rethrow: (error) => error instanceof SimulatedCrash })
  } catch (error) {
    if (!(error instanceof SimulatedCrash)) throw error
  }
}

/** Returns what is there after the process was killed: all but the messages, save the events, which are stored first. */
function restart(killed: World): MemoryPorts {
  const world: World = { ...copyWorld(killed), uploads: killed.uploads }
  world.sent.events.push(...killed.sent.events)
  const ports = memoryPorts({ world })
  tick(ports)
  return ports
}

describe.each(INTERRUPTED)('$name', ({ world, call, hasBegun, check }) => {
  it('goes on after a restart without another call, wherever the process was killed', async () => {
    const before = await world()
    const wrong: string[] = []
    for (let at = 1, isKilled = true; isKilled; at++) {
      const ports = memoryPorts({ world: copyWorld(before) })
      isKilled = false
      let where = ''
      ports.world.fault = (called, number) => {
        if (isKilled) return 'before'
        if (number < at || !crashAfterWrite(called)) return undefined
        isKilled = true
        where = `killed after ${called.port}.${called.method} ${called.key}`
        at = number
        return 'after'
      }
      await workUntilKilled(ports, call)
      if (!isKilled || !hasBegun(ports.world)) continue
      const restarted = restart(ports.world)
      const failures: unknown[] = []
      await resumeAll(restarted, (message, error) => failures.push(message, error)).resumed
      failures.push(...(await drain(restarted)))
      wrong.push(...[...failures.map(String), ...check(restarted, before)].map((what) => `${where}: ${what}`))
    }
    expect(wrong).toEqual([])
  })
})
