import type { ApiCall, FunctionsAtWork } from './functions-at-work.ts'

const SAMPLE = new URL('../local/sample-data/', import.meta.url).pathname

/** The small files that every dataset needs, by the names that they have on the web server. */
export const CLASS_FILES = {
  'class-descriptions.csv': `${SAMPLE}class-descriptions.csv`,
  'class-descriptions-boxable.csv': `${SAMPLE}class-descriptions-boxable.csv`,
  'labels-hierarchy.json': `${SAMPLE}labels-hierarchy.json`,
}

/** Registers a dataset on the web server, imports it, and waits until it is ready. */
export async function importDataset(
  { call, until }: FunctionsAtWork,
  dataset: string,
  web: string,
  imageLocation: string,
  seconds: number,
): Promise<Record<string, unknown>> {
  const path = `/v1/datasets/${dataset}`
  const params = { dataset }
  const sources = {
    annotations: `${web}/boxes.csv`,
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

/** Makes a batch of one class, and waits until its images are chosen. */
export async function selectBatch(
  { call, until }: FunctionsAtWork,
  batch: string,
  dataset: string,
  className: string,
  examplesPerClass: number,
  seconds: number,
): Promise<Record<string, unknown>> {
  const path = `/v1/batches/${batch}`
  const params = { batch }
  const body = { dataset, classNames: [className], examplesPerClass }
  await call({ file: 'functions/batches/create.ts', method: 'PUT', path, params, body })
  const asked: ApiCall = { file: 'functions/batches/get.ts', method: 'GET', path, params }
  const ended = await until(asked, ({ state }) => state !== 'selecting', seconds)
  if (ended.state !== 'selected') throw new Error(`the batch ended as ${JSON.stringify(ended)}`)
  return ended
}
