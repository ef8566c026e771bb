import * as z from 'zod'
import type { BatchRequest } from '../shared/contracts/batch.ts'
import type { ApiCall, FunctionsAtWork } from './functions-at-work.ts'

const SAMPLE = new URL('../local/sample-data/', import.meta.url).pathname

/** The small files that every dataset needs, by the names that they have on the web server. */
export const CLASS_FILES = {
  'class-descriptions.csv': `${SAMPLE}class-descriptions.csv`,
  'class-descriptions-boxable.csv': `${SAMPLE}class-descriptions-boxable.csv`,
  'labels-hierarchy.json': `${SAMPLE}labels-hierarchy.json`,
}

/** Registers a dataset on the web server, imports it, and waits until it is ready. @param boxes its box file on that server */
export async function importDataset(
  { call, until }: FunctionsAtWork,
  dataset: string,
  web: string,
  imageLocation: string,
  seconds: number,
  boxes = 'boxes.csv',
): Promise<Record<string, unknown>> {
  const path = `/v1/datasets/${dataset}`
  const params = { dataset }
  const sources = {
    annotations: `${web}/${boxes}`,
    classDescriptions: `${web}/class-descriptions.csv`,
    boxableClassDescriptions: `${web}/class-descriptions-boxable.csv`,
    hierarchy: `${web}/labels-hierarchy.json`,
  }
  const body = { title: dataset, sources, imageLocation }
  await call({ file: 'functions/datasets/register.ts', method: 'PUT', path, params, body })
  await call({ file: 'functions/datasets/import.ts', method: 'POST', path: `${path}/import`, params })
  const asked: ApiCall = { file: 'functions/datasets/get.ts', method: 'GET', path, params }
  const ended = await until(asked, ({ state }) => state === 'ready' || state === 'failed', seconds)
  if (ended.state === 'failed') throw new Error(`the import failed: ${JSON.stringify(ended.problem)}`)
  return ended
}

export type BatchAsked = z.input<typeof BatchRequest>

/** What is looked at of a batch whose images are chosen, or of what is told about one before. */
export const ChosenBatch = z.object({
  imageCount: z.int(),
  classes: z.array(z.object({ className: z.string(), available: z.int(), requested: z.int(), selected: z.int() })),
  cost: z.object({ strategy: z.string(), requests: z.int(), bytes: z.int() }),
})
export type ChosenBatch = z.infer<typeof ChosenBatch>

/** The call that makes a batch, or with `validateOnly` only tells of it. */
export const batchCall = (batch: string, body: BatchAsked, query: Readonly<Record<string, string>> = {}): ApiCall => ({
  file: 'functions/batches/create.ts',
  method: 'PUT',
  path: `/v1/batches/${batch}`,
  params: { batch },
  query,
  body,
})

/** Makes a batch, and waits until its images are chosen. */
export async function selectBatch(
  { call, until }: FunctionsAtWork,
  batch: string,
  asked: BatchAsked,
  seconds: number,
): Promise<Record<string, unknown>> {
  const made = await call(batchCall(batch, asked))
  if (made.state === 'selected') return made
  const { path, params } = batchCall(batch, asked)
  const get: ApiCall = { file: 'functions/batches/get.ts', method: 'GET', path, params }
  const ended = await until(get, ({ state }) => state !== 'selecting', seconds)
  if (ended.state !== 'selected') throw new Error(`the batch ended as ${JSON.stringify(ended)}`)
  return ended
}
