import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { type DrainOptions, drain } from '../support/broker/drain.ts'
import { retryUntilDone } from '../support/crash/retry.ts'
import { cats, petsWorld } from '../support/fixtures/pets.ts'
import { imageListKeyAt, jsonAt, ROOT, textAt } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { copyWorld, type World } from '../support/world/world.ts'

export const batchRequest = (images: number, batchOffset = 0): BatchRequest =>
  BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: images, batchOffset })

/** Returns a world with a dataset of this many images, selected by the batches in chunks of two images. */
export async function selectedWorld(images: number, batches: readonly string[] = ['b']): Promise<World> {
  const world = await petsWorld(cats(images))
  const each = images / batches.length
  for (const [at, batch] of batches.entries()) {
    await createBatch(batch, batchRequest(each, at), memoryPorts({ world }))
    shrinkChunks(world, batch)
  }
  world.made.splice(0)
  return world
}

/** Cuts a batch into chunks of two images, so that a small batch has several. */
export function shrinkChunks(world: World, batch: string): void {
  const key = `data/${batch}/batch.json`
  const state = jsonAt(world, key)
  const lines = (textAt(world, imageListKeyAt(world, batch)) ?? '').split('\n').slice(0, -1)
  const chunkOffsets = [0]
  for (let at = 0; at < lines.length; at += 2) {
    const bytes = Buffer.byteLength(`${lines.slice(at, at + 2).join('\n')}\n`)
    chunkOffsets.push((chunkOffsets.at(-1) ?? 0) + bytes)
  }
  const selection = { ...state.selection, chunkImages: 2, chunkOffsets }
  world.stored.set(ROOT + key, memoryObject(JSON.stringify({ ...state, selection })))
}

/** Returns ports on a copy of a world. */
export const portsOnCopy = (world: World): MemoryPorts => memoryPorts({ world: copyWorld(world) })

/** Advances the clock by a second, so that no two rounds end at the same time. */
export function tick({ world }: MemoryPorts): void {
  world.now = new Date(world.now.getTime() + 1000)
}

/** Copies a batch like a caller who wants all of it: once, and again if images are left. */
export async function copyUntilDone(ports: MemoryPorts, options: DrainOptions = {}, batch = 'b'): Promise<void> {
  for (let round = 1; round <= 2; round++) {
    tick(ports)
    const { started } = await retryUntilDone(() => startCopy(batch, ports))
    if (!started) return
    await drain(ports, options)
  }
}

/** Lists what is missing for every image of a batch to be copied. */
export function notCopied({ world }: MemoryPorts, batch = 'b'): string[] {
  const { batchId, selection } = jsonAt(world, `data/${batch}/batch.json`) ?? {}
  const rounds = [9, 8, 7, 6, 5, 4, 3, 2, 1].map((round) =>
    jsonAt(world, `data/${batch}/copies/${batchId}/${round}.json`),
  )
  const { state, totals } = rounds.find((end) => end) ?? {}
  const isDone = state === 'finished' && totals.copied + totals.present === selection.imageCount
  return isDone ? [] : [`the batch ended ${state} with ${JSON.stringify(totals)}`]
}
