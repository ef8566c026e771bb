import { createBatch, type PutBatch } from '../../../shared/batches/create.ts'
import type { BatchRequest, BatchView } from '../../../shared/contracts/batch.ts'
import type { RunView } from '../../../shared/contracts/run.ts'
import { drain } from '../../support/broker/drain.ts'
import { cats, petsWorld } from '../../support/fixtures/pets.ts'
import { eventsIn } from '../../support/world/events.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'
import { copyWorld, TEAM } from '../../support/world/world.ts'
import { catRequest, readBatch } from '../pets-batch.ts'

/** The shortest labeling job that a request can ask for. */
export const labelingJob = { workteamArn: TEAM.workteamArn }

const importedWorld = petsWorld(cats(3))

/** Returns ports over a world of its own whose dataset has three images of cats. */
export const threeCatPorts = async (): Promise<MemoryPorts> => memoryPorts({ world: copyWorld(await importedWorld) })

/** Returns a request for all three images, with some fields changed. */
export const threeCatRequest = (changes: Record<string, unknown> = {}): BatchRequest =>
  catRequest({ examplesPerClass: 3, ...changes })

/** Puts the batch `b`. */
export const putBatch = (ports: MemoryPorts, changes: Record<string, unknown> = {}): Promise<PutBatch> =>
  createBatch('b', threeCatRequest(changes), ports)

/** Reads the batch `b` as the API shows it. */
export const readCatBatch = (ports: MemoryPorts): Promise<BatchView> => readBatch('b', ports)

/** Puts the batch `b`, lets the workers run it, and returns its run. */
export async function completeRun(ports: MemoryPorts, changes: Record<string, unknown>): Promise<RunView> {
  await putBatch(ports, changes)
  await drain(ports)
  return (await readCatBatch(ports)).run
}

/** Returns each step with its state, as in `copy done`. */
export const toStepStates = ({ steps }: Pick<RunView, 'steps'>): string[] =>
  steps.map(({ step, state }) => `${step} ${state}`)

export const eventTypes = ({ world }: MemoryPorts): string[] => eventsIn(world).map(({ type }) => type)

/** Returns the error code of a refused call and the places of its issues. */
export const catchIssues = (call: Promise<unknown>): Promise<{ code: string; at: string[] }> =>
  call.then(
    () => ({ code: 'none', at: [] }),
    ({ code, issues }) => ({ code, at: issues.map(({ at }: { at: string }) => at) }),
  )
