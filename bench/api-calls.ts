import * as z from 'zod'
import type { BatchRequest } from '../shared/contracts/batch.ts'
import type { ApiCall, RunningFunctions } from './running-functions.ts'

const SAMPLE = new URL('../local/sample-data/', import.meta.url).pathname

/** The class files of every dataset, by their names on the web server. */
export const CLASS_FILES = {
  'class-descriptions.csv': `${SAMPLE}class-descriptions.csv`,
  'class-descriptions-boxable.csv': `${SAMPLE}class-descriptions-boxable.csv`,
  'labels-hierarchy.json': `${SAMPLE}labels-hierarchy.json`,
}

/** Registers and imports a dataset, and waits until it is ready. @param boxes name of the box file on the web server */
export async function importDataset(
  { call, until }: RunningFunctions,
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
  const request: ApiCall = { file: 'functions/datasets/get.ts', method: 'GET', path, params }
  const ended = await until(request, ({ state }) => state === 'ready' || state === 'failed', seconds)
  if (ended.state === 'failed') throw new Error(`The import failed: ${JSON.stringify(ended.problem)}`)
  return ended
}

export type BatchRequestBody = z.input<typeof BatchRequest>

/** The fields that the benchmarks read of a selected batch or of its preview. */
export const ChosenBatch = z.object({
  imageCount: z.int(),
  classes: z.array(z.object({ className: z.string(), available: z.int(), requested: z.int(), selected: z.int() })),
  cost: z.object({ strategy: z.string(), requests: z.int(), bytes: z.int() }),
})
export type ChosenBatch = z.infer<typeof ChosenBatch>

/** Returns the call that creates a batch, or previews it with `validateOnly`. */
export const createBatchCall = (
  batch: string,
  body: BatchRequestBody,
  query: Readonly<Record<string, string>> = {},
): ApiCall => ({
  file: 'functions/batches/create.ts',
  method: 'PUT',
  path: `/v1/batches/${batch}`,
  params: { batch },
  query,
  body,
})

/** Creates a batch and waits until its images are selected. */
export async function selectBatch(
  { call, until }: RunningFunctions,
  batch: string,
  request: BatchRequestBody,
  seconds: number,
): Promise<Record<string, unknown>> {
  const made = await call(createBatchCall(batch, request))
  if (made.state === 'selected') return made
  const { path, params } = createBatchCall(batch, request)
  const get: ApiCall = { file: 'functions/batches/get.ts', method: 'GET', path, params }
  const ended = await until(get, ({ state }) => state !== 'selecting', seconds)
  if (ended.state !== 'selected') throw new Error(`Selecting the batch failed: ${JSON.stringify(ended)}`)
  return ended
}
