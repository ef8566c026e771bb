import { setTimeout as wait } from 'node:timers/promises'
import { DatasetView } from '../../shared/contracts/dataset.ts'
import { SAMPLE_DATASETS } from './sample.ts'
import { putSampleFiles } from './sample-files.ts'

/** A running system: where its API and its S3 server answer, and a token for the API. */
export interface RunningStack {
  readonly api: string
  readonly s3: string
  readonly token: string
}

type View = Pick<DatasetView, 'state' | 'problem'>

const View = DatasetView.pick({ state: true, problem: true })
const POLL_MILLISECONDS = 100
const PATIENCE_MILLISECONDS = 120_000

/**
 * Makes the sample datasets there and imported, by the API that everybody uses; those that are ready stay.
 * @throws Error saying which dataset, and why, when one cannot be imported
 */
export async function seedSampleDatasets(stack: RunningStack): Promise<void> {
  await putSampleFiles(stack.s3)
  await Promise.all(Object.entries(SAMPLE_DATASETS).map(([dataset, body]) => seedDataset(stack, dataset, body)))
}

async function seedDataset(stack: RunningStack, dataset: string, body: unknown): Promise<void> {
  const path = `/v1/datasets/${dataset}`
  if ((await view(stack, path))?.state === 'ready') return
  await call(stack, 'PUT', path, body)
  // While an import runs this sends again what is left of it: queues do not survive a restart.
  await call(stack, 'POST', `${path}/import`)
  const giveUpAt = Date.now() + PATIENCE_MILLISECONDS
  while (Date.now() < giveUpAt) {
    const now = await view(stack, path)
    if (now?.state === 'ready') return
    if (now?.state === 'failed')
      throw new Error(`${dataset} could not be imported: ${now.problem?.detail ?? 'no reason given'}`)
    await wait(POLL_MILLISECONDS)
  }
  throw new Error(`${dataset} was not imported within ${PATIENCE_MILLISECONDS / 1000} seconds`)
}

/** The dataset as it stands; undefined when there is none. */
async function view(stack: RunningStack, path: string): Promise<View | undefined> {
  const response = await send(stack, 'GET', path)
  if (response.status === 404) return undefined
  return View.parse(JSON.parse(await accept(response, `GET ${path}`)))
}

async function call(stack: RunningStack, method: string, path: string, body?: unknown): Promise<void> {
  await accept(await send(stack, method, path, body), `${method} ${path}`)
}

function send({ api, token }: RunningStack, method: string, path: string, body?: unknown): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  return fetch(`${api}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
}

async function accept(response: Response, request: string): Promise<string> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${request}: ${response.status} ${text}`)
  return text
}
