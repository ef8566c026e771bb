import { setTimeout as wait } from 'node:timers/promises'
import { DatasetView } from '../../shared/contracts/dataset.ts'
import { SAMPLE_DATASETS } from './sample.ts'
import { putSampleFiles } from './sample-files.ts'

/** A running stack: URLs of its API and S3 server, and a token for the API. */
export interface RunningStack {
  readonly api: string
  readonly s3: string
  readonly token: string
}

type View = Pick<DatasetView, 'state' | 'problem'>

const View = DatasetView.pick({ state: true, problem: true })
const POLL_MILLISECONDS = 100
const IMPORT_TIMEOUT_MILLISECONDS = 120_000

/**
 * Registers and imports the sample datasets through the public API. Skips datasets that are ready.
 * @throws Error with the name of a dataset that cannot be imported, and the reason
 */
export async function seedSampleDatasets(stack: RunningStack): Promise<void> {
  await putSampleFiles(stack.s3)
  await Promise.all(Object.entries(SAMPLE_DATASETS).map(([dataset, body]) => seedDataset(stack, dataset, body)))
}

async function seedDataset(stack: RunningStack, dataset: string, body: unknown): Promise<void> {
  const path = `/v1/datasets/${dataset}`
  if ((await readDataset(stack, path))?.state === 'ready') return
  await call(stack, 'PUT', path, body)
  // For a running import this enqueues its remaining chunks again: the local queues do not survive a restart.
  await call(stack, 'POST', `${path}/import`)
  const deadline = Date.now() + IMPORT_TIMEOUT_MILLISECONDS
  while (Date.now() < deadline) {
    const now = await readDataset(stack, path)
    if (now?.state === 'ready') return
    if (now?.state === 'failed')
      throw new Error(`Importing ${dataset} failed: ${now.problem?.detail ?? 'no reason given'}`)
    await wait(POLL_MILLISECONDS)
  }
  throw new Error(`Importing ${dataset} timed out after ${IMPORT_TIMEOUT_MILLISECONDS / 1000} seconds`)
}

/** Returns the dataset, or undefined if it does not exist. */
async function readDataset(stack: RunningStack, path: string): Promise<View | undefined> {
  const response = await send(stack, 'GET', path)
  if (response.status === 404) return undefined
  return View.parse(JSON.parse(await readSuccess(response, `GET ${path}`)))
}

async function call(stack: RunningStack, method: string, path: string, body?: unknown): Promise<void> {
  await readSuccess(await send(stack, method, path, body), `${method} ${path}`)
}

function send({ api, token }: RunningStack, method: string, path: string, body?: unknown): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  return fetch(`${api}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
}

async function readSuccess(response: Response, request: string): Promise<string> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${request}: ${response.status} ${text}`)
  return text
}
