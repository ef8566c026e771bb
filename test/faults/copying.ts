import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { cats, petsWorld, sameWorld } from '../support/fixtures/pets.ts'
import { jsonAt, ROOT, textAt } from '../support/world/bucket-contents.ts'
import { type DrainOptions, drain } from '../support/world/drain.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import { memoryObject, type World } from '../support/world/world.ts'
import { insist } from './insisting.ts'

export const requestFor = (images: number, batchOffset = 0): BatchRequest =>
  BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: images, batchOffset })

/** A world with a dataset of so many images, and batches that are chosen, in chunks of two images. */
export async function chosenWorld(images: number, batches: readonly string[] = ['b']): Promise<World> {
  const world = await petsWorld(cats(images))
  const each = images / batches.length
  for (const [at, batch] of batches.entries()) {
    await createBatch(batch, requestFor(each, at), memoryPorts({ world }))
    cutSmall(world, batch)
  }
  world.made.splice(0)
  return world
}

/** Cuts a batch into chunks of two images, so that a small one has some. */
export function cutSmall(world: World, batch: string): void {
  const key = `data/${batch}/batch.json`
  const state = jsonAt(world, key)
  const lines = (textAt(world, `data/${batch}/images.jsonl`) ?? '').split('\n').slice(0, -1)
  const chunkOffsets = [0]
  for (let at = 0; at < lines.length; at += 2) {
    const bytes = Buffer.byteLength(`${lines.slice(at, at + 2).join('\n')}\n`)
    chunkOffsets.push((chunkOffsets.at(-1) ?? 0) + bytes)
  }
  const selection = { ...state.selection, chunkImages: 2, chunkOffsets }
  world.stored.set(ROOT + key, memoryObject(JSON.stringify({ ...state, selection })))
}

/** Ports over a copy of a world. */
export const portsOver = (world: World): MemoryPorts => memoryPorts({ world: sameWorld(world) })

/** Time passes: no two rounds end at once. */
export function tick({ world }: MemoryPorts): void {
  world.now = new Date(world.now.getTime() + 1000)
}

/** Copies a batch as somebody would who wants it copied: once, and once more if that left something. */
export async function copyInsisting(ports: MemoryPorts, options: DrainOptions = {}, batch = 'b'): Promise<void> {
  for (let round = 1; round <= 2; round++) {
    tick(ports)
    const { started } = await insist(() => startCopy(batch, ports))
    if (!started) return
    await drain(ports, options)
  }
}

/** What keeps a batch from being copied, every image of it. */
export function notCopied({ world }: MemoryPorts, batch = 'b'): string[] {
  const { batchId, selection } = jsonAt(world, `data/${batch}/batch.json`) ?? {}
  const rounds = [9, 8, 7, 6, 5, 4, 3, 2, 1].map((round) =>
    jsonAt(world, `data/${batch}/copies/${batchId}/${round}.json`),
  )
  const { state, totals } = rounds.find((end) => end) ?? {}
  const isDone = state === 'finished' && totals.copied + totals.present === selection.imageCount
  return isDone ? [] : [`the batch ended ${state} with ${JSON.stringify(totals)}`]
}
