import { createBatch } from '../../../shared/batches/create.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { drain } from '../broker/drain.ts'
import { MESSAGE_SCHEMAS, workersOn } from '../broker/workers.ts'
import { create } from '../fixtures/labeling-jobs.ts'
import { CAT, DOG, petsWorld, row } from '../fixtures/pets.ts'
import { callApi } from '../http/call-api.ts'
import { type MemoryPorts, memoryPorts } from '../world/ports.ts'
import { TEAM, type World } from '../world/world.ts'

/** The request of every batch. */
export const BATCH = { dataset: 'pets', classNames: ['Cat', 'Dog'], examplesPerClass: 20 }

/** A team that the local labeling service has as well. */
export const WORKTEAM = TEAM.workteamArn.replace(TEAM.name, 'simulated-workers')

/**
 * Returns a world with a batch in each state that a call may find it in: `selected`; `copying`, one of its two chunks is
 * done; `copied`, with a manifest and two labeling jobs; and for each turn one to copy (`selected-0`), and two to delete:
 * a copied one (`doomed-0`), and one that is not (`rejected-0`).
 * @param images of the dataset, half of them with a cat, the others with a dog
 */
export async function preparedWorld({ images = 400, turns = 1 } = {}): Promise<World> {
  const world = await petsWorld(Array.from({ length: images }, (_, at) => row(at + 1, at % 2 === 0 ? CAT : DOG)))
  world.labeling.teams.push({ ...TEAM, workteamArn: WORKTEAM, name: 'simulated-workers' })
  const ports = memoryPorts({ world })
  const inTurns = (name: string) => Array.from({ length: turns }, (_, turn) => `${name}-${turn}`)
  for (const batch of ['selected', 'copying', ...inTurns('selected'), ...inTurns('rejected')])
    await select(batch, ports)
  for (const batch of ['copied', ...inTurns('doomed')]) {
    await select(batch, ports)
    await startCopy(batch, ports)
  }
  await drain(ports)
  await writeManifest('copied', ManifestRequest.parse({}), { store: true }, ports)
  for (const job of ['first-job', 'second-job']) await create(ports, job, { batch: 'copied', workteamArn: WORKTEAM })
  // Creates the key of cursors.
  await callApi('listBatches', ports, { query: { limit: '1' } })
  await startCopy('copying', ports)
  for (const queue of ['tasks', 'chunks'] as const)
    await workersOn(ports).run(MESSAGE_SCHEMAS[queue].parse(world.sent[queue].shift()))
  return world
}

const select = (batch: string, ports: MemoryPorts) => createBatch(batch, BatchRequest.parse(BATCH), ports)
