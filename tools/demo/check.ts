import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { BatchView } from '../../shared/contracts/batch.ts'
import { CopyProgress } from '../../shared/copying/copy-progress.ts'
import type { BatchImage } from '../../shared/copying/list-images.ts'
import { ImagePage, type Step } from './steps.ts'

const BUNDLED_IMAGES = new URL('../../local/sample-data/train/images/', import.meta.url)

/** A batch in the summary of the demo. */
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

/** Compares a copied batch with the bundled files. @throws Error naming the image or other part that differs */
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
    if (count !== imageCount) throw new Error(`${batch}: expected ${imageCount} images ${what}, but found ${count}`)
  await Promise.all(items.map((image) => checkCopy(image, objects)))

  const manifest = await api.text({ method: 'GET', path: `${path}/manifest` }, 200, true)
  checkManifest(batch, manifest, items)
  const stored = await objects.read(`${location}manifests/input.manifest`)
  if (stored.toString('utf8') !== manifest)
    throw new Error(`${batch}: the returned manifest differs from the stored one`)
  const manifestSha256 = createHash('sha256').update(stored).digest('hex')
  const summary = { batch, imageCount, copied, manifestLines: manifest.split('\n').length - 1, manifestSha256 }
  return { summary, imageIds: items.map(({ imageId }) => imageId) }
}

async function checkCopy({ imageId, copy, destination }: BatchImage, objects: Step['objects']): Promise<void> {
  if (copy !== 'copied') throw new Error(`${imageId} is ${copy ?? 'pending'}, not copied`)
  const original = await readFile(new URL(`${imageId}.jpg`, BUNDLED_IMAGES))
  if (!original.equals(await objects.read(destination)))
    throw new Error(`${destination} differs from the bundled image`)
}

/** Checks that the manifest has exactly one line per image, in order. */
function checkManifest(batch: string, manifest: string, images: readonly BatchImage[]): void {
  const expected = images.map(({ destination }) => `${JSON.stringify({ 'source-ref': destination })}\n`).join('')
  if (manifest !== expected) throw new Error(`${batch}: the manifest does not match the copied images:\n${manifest}`)
}

/** Asserts that the batches share no image. */
export function checkDisjoint(batches: readonly CheckedBatch[]): void {
  const all = batches.flatMap(({ imageIds }) => imageIds)
  const duplicate = all.find((imageId, at) => all.indexOf(imageId) !== at)
  if (duplicate !== undefined) throw new Error(`${duplicate} is in two batches`)
}
