import { cancelImport } from '../../shared/datasets/import/cancel-import.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { forgetDataset } from '../../shared/datasets/register/forget.ts'
import { imageId, row, TIRE, toCsv } from '../support/fixtures/small-dataset.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { type DrainOptions, drain } from '../support/world/drain.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { memoryObject, type World } from '../support/world/world.ts'
import { tick } from './copying.ts'
import { wrongInDataset } from './import-invariants.ts'
import { importedWorld, importInsisting, notImported, registeredWorld } from './importing.ts'
import { insist, insistOrFind } from './insisting.ts'
import { type Scenario, scenariosWith } from './scenario.ts'
import { withShortLists } from './short-lists.ts'

/** A scenario about the dataset `small`. */
export const ofDataset = scenariosWith((ports, before) => wrongInDataset(ports.world, 'small', before))

/** Imported once, and then its box file changed. */
async function changed(): Promise<World> {
  const world = await importedWorld()
  world.stored.set('s3://other/boxes.csv', memoryObject(toCsv(...[1, 2, 3, 4].map((each) => row(imageId(each), TIRE)))))
  return world
}

/** Starts an import, and takes whatever comes of it. */
export async function importOnce(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  tick(ports)
  await insist(() => startImport('small', ports))
  await drain(ports, options)
}

async function cancelAndImport(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  await insist(() => startImport('small', ports))
  let messages = 0
  const cancelInTime = async () => {
    messages += 1
    if (messages === 3) await insistOrFind(() => cancelImport('small', ports), 'wrong-state')
  }
  await drain(ports, { ...options, after: cancelInTime })
  await importInsisting(ports, options)
}

const forget = async (ports: MemoryPorts): Promise<void> =>
  void (await insistOrFind(() => forgetDataset('small', ports), 'not-found'))

const notGone = ({ world }: MemoryPorts) => (jsonAt(world, 'data/raw/small/dataset.json') ? ['it is still there'] : [])

const notFailed = ({ world }: MemoryPorts) => {
  const { problem, current } = jsonAt(world, 'data/raw/small/dataset.json')
  if (!problem || current) return ['it did not fail']
  return world.sent.events.length > 0 ? [] : ['nobody was told']
}

const fatal = (isFatal: (key: string, method: string) => boolean): NonNullable<Scenario['standing']> => {
  return ({ key, method }, givingUp) => (!givingUp && isFatal(key, method) ? new Error('down') : undefined)
}

/** Everything that is done with a dataset. */
export const IMPORT_SCENARIOS: readonly Scenario[] = [
  ofDataset('importing', registeredWorld, importInsisting, notImported),
  ofDataset('importing anew', changed, importInsisting, notImported),
  ofDataset('importing bad rows', () => registeredWorld({ 'boxes.csv': toCsv('x') }), importOnce, notFailed),
  ofDataset('importing bad names', () => registeredWorld({ 'names.csv': '<html>' }), importOnce, notFailed),
  ofDataset('cancelling, and importing again', registeredWorld, cancelAndImport, notImported),
  ofDataset('forgetting', importedWorld, forget, notGone),
  ofDataset('forgetting page by page', importedWorld, (ports) => forget(withShortLists(ports)), notGone),
  ofDataset(
    'giving up a part',
    registeredWorld,
    importOnce,
    notFailed,
    fatal((key, method) => key.endsWith('boxes.csv') && method === 'read'),
  ),
  ofDataset(
    'giving up what follows',
    registeredWorld,
    importOnce,
    notFailed,
    fatal((key, method) => key.endsWith('classes.json') && method === 'put'),
  ),
]
