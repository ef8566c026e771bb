import { BatchView } from '../../shared/contracts/batch.ts'
import { ResolvedClasses } from '../../shared/contracts/class-summary.ts'
import { DatasetView, type Registration } from '../../shared/contracts/dataset.ts'
import { pageSchema } from '../../shared/contracts/page.ts'
import { CopyProgress } from '../../shared/copying/copy-progress.ts'
import { BatchImage } from '../../shared/copying/list-images.ts'
import { ManifestReport } from '../../shared/manifests/input/write-manifest.ts'
import type { Api } from './api.ts'
import { readCredits } from './credits.ts'
import type { Objects } from './objects.ts'
import type { Story } from './story.ts'

export const DATASET = 'sample-train'
export const CLASS_NAME = 'Person'
const EXAMPLES_PER_CLASS = 5

/** The dependencies of the demo steps. */
export interface Step {
  readonly api: Api
  readonly objects: Objects
  readonly story: Story
}

export const ImagePage = pageSchema(BatchImage)

export async function importDataset({ api, story }: Step, registration: Registration): Promise<void> {
  const path = `/v1/datasets/${DATASET}`
  story.step('Register the dataset and import its annotations')
  await api.text({ method: 'PUT', path, body: registration }, 201)
  await api.text({ method: 'POST', path: `${path}/import` }, 202)
  api.show({ method: 'GET', path })
  const { state, problem, imageCount, boxCount, classCount } = await api.until(
    path,
    DatasetView,
    ({ state }) => state !== 'importing',
  )
  if (state !== 'ready') throw new Error(`${DATASET} is ${state}, not ready: ${problem?.detail ?? 'no reason given'}`)
  story.say(`${imageCount} images, ${boxCount} boxes, ${classCount} classes`)
}

export async function resolveClass({ api, story }: Step): Promise<void> {
  story.step(`Resolve the class "${CLASS_NAME}"`)
  const path = `/v1/datasets/${DATASET}/classes/resolve`
  const request = { method: 'POST', path, body: { classNames: [CLASS_NAME] } } as const
  const { classes } = await api.json(request, 200, ResolvedClasses)
  for (const { className, classId, subclasses, imageCount, boxCount } of classes) {
    story.say(`${className} is ${classId}, with the subclasses ${subclasses.map((each) => each.className).join(', ')}:`)
    story.say(`${imageCount} images with ${boxCount} boxes`)
  }
}

export async function chooseBatch({ api }: Step, batch: string, batchOffset: number): Promise<void> {
  const body = { dataset: DATASET, classNames: [CLASS_NAME], examplesPerClass: EXAMPLES_PER_CLASS, batchOffset }
  const { state, imageCount } = await api.json({ method: 'PUT', path: `/v1/batches/${batch}`, body }, 201, BatchView)
  if (state !== 'selected') throw new Error(`${batch} is ${state}, not selected`)
  if (imageCount !== EXAMPLES_PER_CLASS) throw new Error(`${batch} has ${imageCount} images, not ${EXAMPLES_PER_CLASS}`)
}

/** Prints a table of the copied images with their authors, and their location. */
export async function showImages({ api, objects, story }: Step, batch: string): Promise<void> {
  const path = `/v1/batches/${batch}`
  const { items } = await api.json({ method: 'GET', path: `${path}/images` }, 200, ImagePage)
  const { location } = await api.json({ method: 'GET', path }, 200, BatchView, true)
  const dataset = await api.json({ method: 'GET', path: `/v1/datasets/${DATASET}` }, 200, DatasetView, true)
  const credits = await readCredits(items, dataset, objects)
  const rows = items.map(({ imageId, classNames, boxes, width, height }) => [
    imageId,
    classNames.join(', '),
    String(boxes.length),
    `${width} x ${height}`,
    credits.get(imageId)?.author ?? 'unknown',
    credits.get(imageId)?.license ?? 'unknown',
  ])
  story.table(['image', 'classes', 'boxes', 'pixels', 'author', 'licence'], rows)
  story.say(`${items.reduce((sum, { bytes = 0 }) => sum + bytes, 0)} bytes in ${location}images/`)
}

export async function copyBatch({ api, story }: Step, batch: string): Promise<void> {
  const path = `/v1/batches/${batch}/copy`
  const { total } = await api.json({ method: 'POST', path }, 202, CopyProgress)
  api.show({ method: 'GET', path })
  const progress = story.progress(batch, total)
  const ended = await api.until(path, CopyProgress, ({ state, pending }) => {
    progress.at(total - pending)
    return state !== 'queued' && state !== 'copying'
  })
  progress.end()
  if (ended.state !== 'copied')
    throw new Error(`Copying ${batch} ended with ${ended.state}: ${JSON.stringify(ended.failures)}`)
}

export async function writeManifest({ api, story }: Step, batch: string): Promise<void> {
  const path = `/v1/batches/${batch}/manifest`
  const report = await api.json({ method: 'PUT', path, body: {} }, 201, ManifestReport)
  const text = await api.text({ method: 'GET', path }, 200)
  story.say(`Wrote ${report.lines} lines to ${report.manifestUri}. The first line:`)
  story.say(text.slice(0, text.indexOf('\n')))
}
