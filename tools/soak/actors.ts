import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../../local/seeded-random.ts'
import type { Answer, Client } from './client.ts'
import { REGISTRATION } from './sources.ts'

/** Counts of the actions of all actors. */
export interface ActionCounts {
  batchesCreated: number
  copies: number
  cancelled: number
  deleted: number
  imports: number
  importsCancelled: number
}

/** A batch that must exist at the end. */
export interface PlannedBatch {
  readonly name: string
  readonly request: Readonly<Record<string, unknown>>
}

/** How many batches of each kind there are: those whose images people label, and those whose objects are damaged. */
export interface BatchCounts {
  readonly count: number
  readonly labeled: number
  readonly damaged: number
}

/** Plans batches that share all images of the dataset. The first ones are labeled, the last ones are damaged. */
export const planBatches = (images: number, { count, labeled, damaged }: BatchCounts): PlannedBatch[] =>
  Array.from({ length: count }, (_, batchOffset) => ({
    name: `${batchOffset < labeled ? 'labeled' : batchOffset < count - damaged ? 'soak' : 'damaged'}-${batchOffset}`,
    request: { dataset: 'soak', classNames: ['Cat'], examplesPerClass: Math.floor(images / count), batchOffset },
  }))

const isOver = (state: string | undefined): boolean => ['copied', 'incomplete', 'cancelled'].includes(state ?? '')

/** Deletes a batch; retries until it is gone. Returns the last response when the time is up before. */
export function removeBatch(
  name: string,
  client: Client,
  milliseconds = Number.POSITIVE_INFINITY,
): Promise<Answer | undefined> {
  const path = `/v1/batches/${name}`
  return removeAt(path, `${path}/copy`, client, milliseconds)
}

/** Deletes a dataset; retries until it is gone. Returns the last response when the time is up before. */
export function removeDataset(name: string, client: Client, milliseconds: number): Promise<Answer | undefined> {
  const path = `/v1/datasets/${name}`
  return removeAt(path, `${path}/import`, client, milliseconds)
}

async function removeAt(path: string, work: string, client: Client, milliseconds: number): Promise<Answer | undefined> {
  for (const end = Date.now() + milliseconds; ; ) {
    await client.call('DELETE', work)
    const last = await client.call('DELETE', path)
    if (last.status === 404) return undefined
    if (Date.now() > end) return last
    await client.until(path, ({ status }) => status === 404, 1000)
  }
}

/** Repeatedly creates, copies, cancels and deletes a batch until `shouldContinue` is false. */
export async function playBatch(
  { name, request }: PlannedBatch,
  client: Client,
  random: Random,
  actions: ActionCounts,
  shouldContinue: () => boolean,
): Promise<void> {
  const path = `/v1/batches/${name}`
  while (shouldContinue()) {
    // Recreating the batch with other images reveals late writes for the old one.
    const offset = random.chance(0.3) ? random.between(0, 1000) : 0
    const changed = { ...request, batchOffset: Number(request.batchOffset) + offset }
    const { status } = await client.call('PUT', path, offset > 0 ? changed : request)
    if (status === 409) await removeBatch(name, client)
    actions.batchesCreated += status === 201 ? 1 : 0
    for (let turn = random.between(1, 4); turn > 0 && shouldContinue(); turn--) {
      const started = await client.call('POST', `${path}/copy`)
      if (started.status === 202) actions.copies += 1
      await wait(random.between(10, 1500))
      if (random.chance(0.4)) actions.cancelled += (await client.call('DELETE', `${path}/copy`)).status === 200 ? 1 : 0
      else
        await client.until(
          `${path}/copy`,
          ({ json }) => !shouldContinue() || isOver(json?.state),
          random.between(500, 8000),
        )
    }
    if (!random.chance(0.5)) continue
    await removeBatch(name, client)
    actions.deleted += 1
  }
}

/** Repeatedly imports a dataset, and sometimes cancels the import, until `shouldContinue` is false. */
export async function playImport(
  dataset: string,
  client: Client,
  random: Random,
  actions: ActionCounts,
  shouldContinue: () => boolean,
): Promise<void> {
  const path = `/v1/datasets/${dataset}`
  while (shouldContinue()) {
    await client.call('PUT', path, REGISTRATION)
    if ((await client.call('POST', `${path}/import`)).status === 202) actions.imports += 1
    await wait(random.between(10, 2000))
    if (random.chance(0.4)) {
      const { status } = await client.call('DELETE', `${path}/import`)
      actions.importsCancelled += status < 300 ? 1 : 0
    } else
      await client.until(
        path,
        ({ json }) => !shouldContinue() || json?.state !== 'importing',
        random.between(1000, 8000),
      )
  }
}
