import { cancelImport } from '../../shared/datasets/import/cancel-import.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { forgetDataset } from '../../shared/datasets/register/forget.ts'
import { registerDataset } from '../../shared/datasets/register/register.ts'
import { type DrainOptions, drain } from '../support/broker/drain.ts'
import { retryUntilDone, retryUntilDoneOr } from '../support/crash/retry.ts'
import { type Scenario, scenariosWith } from '../support/crash/scenario.ts'
import { imageId, REGISTRATION, row, TIRE, toCsv } from '../support/fixtures/small-dataset.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { copyWorld, type World } from '../support/world/world.ts'
import { tick } from './copying.ts'
import { wrongInDataset } from './import-invariants.ts'
import { importedWorld, importUntilDone, notImported, registeredWorld } from './importing.ts'
import { withShortLists } from './short-lists.ts'

/** A scenario about the dataset `small`. */
export const datasetScenario = scenariosWith((ports, before) => wrongInDataset(ports.world, 'small', before))

/** A dataset whose box file changed after its import. */
async function changedWorld(): Promise<World> {
  const world = await importedWorld()
  world.stored.set('s3://other/boxes.csv', memoryObject(toCsv(...[1, 2, 3, 4].map((each) => row(imageId(each), TIRE)))))
  return world
}

/** A dataset whose import was interrupted, and has lost its plan. */
async function worldWithoutPlan(): Promise<World> {
  const ports = memoryPorts({ world: await registeredWorld() })
  await startImport('small', ports)
  for (const uri of ports.world.stored.keys()) if (uri.endsWith('/import.json')) ports.world.stored.delete(uri)
  return copyWorld(ports.world)
}

/** An imported dataset whose state is corrupt. */
async function corruptWorld(): Promise<World> {
  const world = await importedWorld()
  world.stored.set('s3://work/data/raw/small/dataset.json', memoryObject('{}'))
  return world
}

/** Starts one import, whatever its outcome. */
export async function importOnce(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  tick(ports)
  await retryUntilDone(() => startImport('small', ports))
  await drain(ports, options)
}

async function cancelAndImport(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await retryUntilDone(() => startImport('small', ports))
  let messages = 0
  const cancelInTime = async () => {
    messages += 1
    if (messages === 3) await retryUntilDoneOr(() => cancelImport('small', ports), 'wrong-state')
  }
  await drain(ports, { ...options, after: cancelInTime })
  await importUntilDone(ports, options)
}

const forget = async (ports: MemoryPorts): Promise<void> =>
  void (await retryUntilDoneOr(() => forgetDataset('small', ports), 'not-found'))

async function forgetAndRegister(ports: MemoryPorts): Promise<void> {
  await forget(ports)
  await retryUntilDone(() => registerDataset('small', REGISTRATION, { validateOnly: false }, ports))
}

const notRegistered = ({ world }: MemoryPorts) =>
  jsonAt(world, 'data/raw/small/dataset.json')?.registration ? [] : ['the dataset is not registered']

const notGone = ({ world }: MemoryPorts) =>
  jsonAt(world, 'data/raw/small/dataset.json') ? ['the dataset still exists'] : []

const notFailed = ({ world }: MemoryPorts) => {
  const { problem, current } = jsonAt(world, 'data/raw/small/dataset.json')
  if (!problem || current) return ['the import did not fail']
  return world.sent.events.length > 0 ? [] : ['no event was published']
}

/** Fails calls of workers, so that their messages go to the dead-letter queue. */
const failWorkers = (isFatal: (key: string, method: string) => boolean): NonNullable<Scenario['persistentFault']> => {
  return ({ key, method }, isDeadLetter) => (!isDeadLetter && isFatal(key, method) ? new Error('down') : undefined)
}

/** Everything that can be done with a dataset. */
export const IMPORT_SCENARIOS: readonly Scenario[] = [
  datasetScenario('importing', registeredWorld, importUntilDone, notImported),
  datasetScenario('importing again', changedWorld, importUntilDone, notImported),
  datasetScenario('importing invalid rows', () => registeredWorld({ 'boxes.csv': toCsv('x') }), importOnce, notFailed),
  datasetScenario(
    'importing invalid class names',
    () => registeredWorld({ 'names.csv': '<html>' }),
    importOnce,
    notFailed,
  ),
  datasetScenario('cancelling an import and importing again', registeredWorld, cancelAndImport, notImported),
  datasetScenario('importing again what has lost its plan', worldWithoutPlan, importUntilDone, notImported),
  datasetScenario('forgetting a dataset', importedWorld, forget, notGone),
  datasetScenario('removing a dataset whose state is corrupt', corruptWorld, forgetAndRegister, notRegistered),
  datasetScenario(
    'forgetting a dataset page by page',
    importedWorld,
    (ports) => forget(withShortLists(ports)),
    notGone,
  ),
  datasetScenario(
    'dead-lettering a chunk of an import',
    registeredWorld,
    importOnce,
    notFailed,
    failWorkers((key, method) => key.endsWith('boxes.csv') && method === 'read'),
  ),
  datasetScenario(
    'dead-lettering the completion of a round',
    registeredWorld,
    importOnce,
    notFailed,
    failWorkers((key, method) => key.endsWith('classes.json') && method === 'put'),
  ),
]
