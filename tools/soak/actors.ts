import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from './client.ts'
import type { Random } from './random.ts'
import { REGISTRATION } from './sources.ts'

/** What callers did. */
export interface Deeds {
  made: number
  copies: number
  cancelled: number
  deleted: number
  imports: number
  importsCancelled: number
}

/** One batch that is to be there in the end: its name, and what it is made of. */
export interface PlannedBatch {
  readonly name: string
  readonly request: Readonly<Record<string, unknown>>
}

/** Batches that share the dataset's images among them. */
export const planBatches = (images: number, count: number): PlannedBatch[] =>
  Array.from({ length: count }, (_, batchOffset) => ({
    name: `soak-${batchOffset}`,
    request: { dataset: 'soak', classNames: ['Cat'], examplesPerClass: Math.floor(images / count), batchOffset },
  }))

const isOver = (state: string | undefined): boolean => ['copied', 'incomplete', 'cancelled'].includes(state ?? '')

/** Deletes a batch, however often that takes. */
export async function removeBatch(name: string, client: Client): Promise<void> {
  for (;;) {
    await client.call('DELETE', `/v1/batches/${name}/copy`)
    const { status } = await client.call('DELETE', `/v1/batches/${name}`)
    if (status === 404) return
    await client.until(`/v1/batches/${name}`, (answer) => answer.status === 404, 1000)
  }
}

/** Somebody who makes a batch, copies it, changes their mind, and begins again, until time is over. */
export async function playBatch(
  { name, request }: PlannedBatch,
  client: Client,
  random: Random,
  deeds: Deeds,
  mayGoOn: () => boolean,
): Promise<void> {
  const path = `/v1/batches/${name}`
  while (mayGoOn()) {
    // A batch of other images under the same name makes what is late for it tell.
    const offset = random.chance(0.3) ? random.between(0, 1000) : 0
    const others = { ...request, batchOffset: Number(request.batchOffset) + offset }
    const { status } = await client.call('PUT', path, offset > 0 ? others : request)
    if (status === 409) await removeBatch(name, client)
    deeds.made += status === 201 ? 1 : 0
    for (let turn = random.between(1, 4); turn > 0 && mayGoOn(); turn--) {
      const started = await client.call('POST', `${path}/copy`)
      if (started.status === 202) deeds.copies += 1
      await wait(random.between(10, 1500))
      if (random.chance(0.4)) deeds.cancelled += (await client.call('DELETE', `${path}/copy`)).status === 200 ? 1 : 0
      else
        await client.until(`${path}/copy`, ({ json }) => !mayGoOn() || isOver(json?.state), random.between(500, 8000))
    }
    if (!random.chance(0.5)) continue
    await removeBatch(name, client)
    deeds.deleted += 1
  }
}

/** Somebody who imports a dataset again and again, and cancels now and then. */
export async function playImport(
  dataset: string,
  client: Client,
  random: Random,
  deeds: Deeds,
  mayGoOn: () => boolean,
): Promise<void> {
  const path = `/v1/datasets/${dataset}`
  while (mayGoOn()) {
    await client.call('PUT', path, REGISTRATION)
    if ((await client.call('POST', `${path}/import`)).status === 202) deeds.imports += 1
    await wait(random.between(10, 2000))
    if (random.chance(0.4)) {
      const { status } = await client.call('DELETE', `${path}/import`)
      deeds.importsCancelled += status < 300 ? 1 : 0
    } else await client.until(path, ({ json }) => !mayGoOn() || json?.state !== 'importing', random.between(1000, 8000))
  }
}
