import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { BatchView } from '../../shared/contracts/batch.ts'
import { CopyProgress } from '../../shared/copying/copy-progress.ts'
import type { BatchImage } from '../../shared/copying/list-images.ts'
import { ImagePage, type Step } from './steps.ts'

const BUNDLED_IMAGES = new URL('../../local/sample-data/train/images/', import.meta.url)

/** A batch as the demo's last line says it. */
export interface BatchSummary {
  readonly batch: string
  readonly imageCount: number
  readonly copied: number
  readonly manifestLines: number
  readonly manifestSha256: string
}

export interface CheckedBatch {
  readonly summary: BatchSummary
  readonly imageIds: readonly string[]
}

/** Holds a finished batch against the bundled files. @throws Error saying which image, or what else, is not right */
export async function checkBatch({ api, objects }: Step, batch: string): Promise<CheckedBatch> {
  const path = `/v1/batches/${batch}`
  const { state, imageCount = 0, location } = await api.json({ method: 'GET', path }, 200, BatchView, true)
  if (state !== 'copied') throw new Error(`${batch} is ${state}, not copied`)
  const { copied } = await api.json({ method: 'GET', path: `${path}/copy` }, 200, CopyProgress, true)
  const { items } = await api.json({ method: 'GET', path: `${path}/images?limit=1000` }, 200, ImagePage, true)
  for (const [what, count] of [
    ['copied', copied],
    ['listed', items.length],
  ] as const)
    if (count !== imageCount) throw new Error(`${batch}: ${count} images are ${what}, not ${imageCount}`)
  await Promise.all(items.map((image) => checkCopy(image, objects)))

  const manifest = await api.text({ method: 'GET', path: `${path}/manifest` }, 200, true)
  checkManifest(batch, manifest, items)
  const stored = await objects.read(`${location}manifests/input.manifest`)
  if (stored.toString('utf8') !== manifest) throw new Error(`${batch}: the manifest answered is not the one stored`)
  const manifestSha256 = createHash('sha256').update(stored).digest('hex')
  const summary = { batch, imageCount, copied, manifestLines: manifest.split('\n').length - 1, manifestSha256 }
  return { summary, imageIds: items.map(({ imageId }) => imageId) }
}

async function checkCopy({ imageId, copy, destination }: BatchImage, objects: Step['objects']): Promise<void> {
  if (copy !== 'copied') throw new Error(`${imageId} is ${copy ?? 'pending'}, not copied`)
  const original = await readFile(new URL(`${imageId}.jpg`, BUNDLED_IMAGES))
  if (!original.equals(await objects.read(destination))) throw new Error(`${destination} is not the bundled image`)
}

/** A line for each image, in order, and nothing else. */
function checkManifest(batch: string, manifest: string, images: readonly BatchImage[]): void {
  const expected = images.map(({ destination }) => `${JSON.stringify({ 'source-ref': destination })}\n`).join('')
  if (manifest !== expected) throw new Error(`${batch}: the manifest does not name the images copied:\n${manifest}`)
}

/** @throws Error when an image is in two of the batches */
export function checkDisjoint(batches: readonly CheckedBatch[]): void {
  const all = batches.flatMap(({ imageIds }) => imageIds)
  const twice = all.find((imageId, at) => all.indexOf(imageId) !== at)
  if (twice !== undefined) throw new Error(`${twice} is in two batches`)
}
