import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { DatasetView } from '../../shared/contracts/dataset.ts'
import type { Credentials } from '../credentials.ts'
import type { OnLog } from '../running.ts'
import { SAMPLE_DATASETS } from './sample.ts'
import { putSampleFiles } from './sample-files.ts'

/** A running stack: URLs of its API and S3 server, and a token for the API. */
export interface RunningStack {
  readonly api: string
  readonly s3: string
  /** The keys of its S3 server; those that the AWS SDK finds by default. */
  readonly s3Credentials?: Credentials | undefined
  readonly token: string
}

type View = Pick<DatasetView, 'state' | 'problem'>

const View = DatasetView.pick({ state: true, problem: true })
const Names = z.object({ items: z.array(z.object({ dataset: z.string() })) })
const POLL_MILLISECONDS = 100
const IMPORT_TIMEOUT_MILLISECONDS = 120_000
/** An import that was interrupted resumes by itself. What still runs after this time is asked to. */
const RESUME_MILLISECONDS = 10_000

/**
 * Registers and imports the sample datasets through the public API. Skips datasets that are ready.
 * @param onLog is told which datasets are imported
 * @throws Error with the name of a dataset that cannot be imported, and the reason
 */
export async function seedSampleDatasets(stack: RunningStack, onLog: OnLog = () => {}): Promise<void> {
  await putSampleFiles(stack.s3, stack.s3Credentials)
  // Reading a dataset that does not exist would log a warning.
  const known = await listDatasets(stack)
  const seeds = Object.entries(SAMPLE_DATASETS).map(async ([dataset, body]) => {
    const isStarted = !known.includes(dataset) && (await startImport(stack, `/v1/datasets/${dataset}`, body))
    await seedDataset(stack, { dataset, body, isStarted }, onLog)
  })
  await Promise.all(seeds)
}

interface Seed {
  readonly dataset: string
  readonly body: unknown
  /** Whether its import was started. */
  readonly isStarted: boolean
}

async function seedDataset(
  stack: RunningStack,
  { dataset, body, isStarted: wasStarted }: Seed,
  onLog: OnLog,
): Promise<void> {
  const path = `/v1/datasets/${dataset}`
  const startedAt = Date.now()
  let isStarted = wasStarted
  let isTold = false
  while (Date.now() < startedAt + IMPORT_TIMEOUT_MILLISECONDS) {
    const { state, problem } = (await readDataset(stack, path)) ?? {}
    if (state === 'ready') return
    if (!isTold) onLog(`Importing ${dataset}`)
    isTold = true
    if (state === 'failed' && isStarted)
      throw new Error(`Importing ${dataset} failed: ${problem?.detail ?? 'no reason given'}`)
    const mayResume = state === 'importing' && Date.now() < startedAt + RESUME_MILLISECONDS
    if (!isStarted && !mayResume && state !== 'deleting') isStarted = await startImport(stack, path, body)
    await wait(POLL_MILLISECONDS)
  }
  throw new Error(`Importing ${dataset} timed out after ${IMPORT_TIMEOUT_MILLISECONDS / 1000} seconds`)
}

/** Registers a dataset and starts its import. Returns false while a cancellation or deletion of it is being finished. */
async function startImport(stack: RunningStack, path: string, body: unknown): Promise<boolean> {
  for (const [method, at, sent] of [
    ['PUT', path, body],
    ['POST', `${path}/import`],
  ] as const) {
    const response = await send(stack, method, at, sent)
    const text = await response.text()
    if (response.status === 409 && JSON.parse(text).code === 'wrong-state') return false
    if (!response.ok) throw new Error(`${method} ${at}: ${response.status} ${text}`)
  }
  return true
}

/** Returns the names on the first page, which is all that a stack of one machine has as a rule. */
async function listDatasets(stack: RunningStack): Promise<string[]> {
  const path = '/v1/datasets?limit=1000'
  const page = Names.parse(JSON.parse(await readSuccess(await send(stack, 'GET', path), `GET ${path}`)))
  return page.items.map(({ dataset }) => dataset)
}

/** Returns the dataset, or undefined if it does not exist. */
async function readDataset(stack: RunningStack, path: string): Promise<View | undefined> {
  const response = await send(stack, 'GET', path)
  if (response.status === 404) return undefined
  return View.parse(JSON.parse(await readSuccess(response, `GET ${path}`)))
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
