/**
 * Does a whole job with a client from openapi-typescript and openapi-fetch: from a dataset of its own to annotations.
 * Throws when an answer is not what it should be. The environment names the API and what to work with.
 */
import { deepStrictEqual as equal, ok } from 'node:assert'
import { setTimeout as wait } from 'node:timers/promises'
import createClient from 'openapi-fetch'
import type { components, paths } from './groundwork.d.ts'

type Schemas = components['schemas']

const { GROUNDWORK_API = '', GROUNDWORK_TOKEN = '', RECEIVER_URL = '' } = process.env
const NAME = 'typescript'
const api = createClient<paths>({ baseUrl: GROUNDWORK_API, headers: { authorization: `Bearer ${GROUNDWORK_TOKEN}` } })

/** Returns the data of a response. Throws its problem if it has one. */
function unwrap<Data>({ data, error }: { data?: Data; error?: Schemas['Problem'] }): NonNullable<Data> {
  if (error) throw new Error(`${error.code}: ${error.detail}`)
  ok(data)
  return data
}

/** Reads until it is done. */
async function poll<Data>(read: () => Promise<Data>, isDone: (data: Data) => boolean): Promise<Data> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const data = await read()
    if (isDone(data)) return data
    await wait(100)
  }
  throw new Error('Waited for a minute')
}

async function importDataset(): Promise<string> {
  const dataset = `${NAME}-sample`
  const params = { path: { dataset } }
  const source = unwrap(await api.GET('/v1/datasets/{dataset}', { params: { path: { dataset: 'sample-train' } } }))
  const { annotations, classDescriptions, hierarchy } = source.sources
  // Only what is required.
  const body = {
    title: NAME,
    imageLocation: source.imageLocation,
    sources: { annotations, classDescriptions, hierarchy },
  }
  equal(unwrap(await api.PUT('/v1/datasets/{dataset}', { params, body })).state, 'registered')
  unwrap(await api.POST('/v1/datasets/{dataset}/import', { params }))
  const read = async () => unwrap(await api.GET('/v1/datasets/{dataset}', { params }))
  const ready = await poll(read, ({ state }) => state !== 'registered' && state !== 'importing')
  equal([ready.state, ready.imageCount], ['ready', 20])
  return dataset
}

async function chooseImages(dataset: string): Promise<string> {
  const classNames = ['Person', 'Tree']
  const params = { path: { dataset } }
  const body = { classNames }
  const { classes } = unwrap(await api.POST('/v1/datasets/{dataset}/classes/resolve', { params, body }))
  equal(
    classes.map(({ className, classId }) => [className, classId]),
    [
      ['Person', '/m/01g317'],
      ['Tree', '/m/07j7r'],
    ],
  )
  const batch = `${NAME}-batch`
  // Only what is required.
  const request = { dataset, classNames, examplesPerClass: 2 }
  const preview = unwrap(
    await api.PUT('/v1/batches/{batch}', {
      params: { path: { batch }, query: { validateOnly: true } },
      body: request,
    }),
  )
  ok('background' in preview)
  equal(preview.imageCount, 4)
  const created = unwrap(await api.PUT('/v1/batches/{batch}', { params: { path: { batch } }, body: request }))
  ok('createdAt' in created)
  equal([created.state, created.imageCount, created.request.strategy], ['selected', 4, 'auto'])
  return batch
}

async function copyImages(batch: string): Promise<void> {
  const params = { path: { batch } }
  const { data } = await api.POST('/v1/batches/{batch}/copy', { params })
  ok(data && 'round' in data)
  const read = async () => unwrap(await api.GET('/v1/batches/{batch}/copy', { params }))
  const { state, copied } = await poll(read, ({ state }) => state !== 'queued' && state !== 'copying')
  equal([state, copied], ['copied', 4])
}

async function readImages(batch: string): Promise<void> {
  const images: Schemas['BatchImage'][] = []
  let cursor: string | undefined
  do {
    const query = { limit: 3, ...(cursor !== undefined && { cursor }) }
    const page = unwrap(await api.GET('/v1/batches/{batch}/images', { params: { path: { batch }, query } }))
    images.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  equal(images.length, 4)
  const flags = images.flatMap(({ boxes }) => boxes.map(({ isOccluded }): 1 | 0 | -1 => isOccluded))
  ok(flags.length > 0)
  ok(images.every(({ copy, bytes = 0 }) => copy === 'copied' && bytes > 0))
}

async function writeManifest(batch: string): Promise<void> {
  const params = { path: { batch } }
  const written = unwrap(await api.PUT('/v1/batches/{batch}/manifest', { params, body: {} }))
  equal([written.lines, written.omitted], [4, []])
  const { data, error } = await api.GET('/v1/batches/{batch}/manifest', { params, parseAs: 'text' })
  ok(error === undefined && data !== undefined)
  const lines = data.trimEnd().split('\n')
  equal(lines.length, 4)
  ok(lines.every((line) => typeof JSON.parse(line)['source-ref'] === 'string'))
}

async function label(batch: string): Promise<void> {
  const job = `${NAME}-job`
  const params = { path: { job } }
  const [team] = unwrap(await api.GET('/v1/workteams', {})).items
  ok(team)
  // Only what is required.
  const body = { batch, workteamArn: team.workteamArn }
  const created = unwrap(await api.PUT('/v1/labeling-jobs/{job}', { params, body }))
  ok('counters' in created)
  equal(created.request?.workersPerObject, 5)
  const read = async () => unwrap(await api.GET('/v1/labeling-jobs/{job}', { params }))
  const { status, output } = await poll(read, (one) => one.output !== undefined)
  equal([status, output?.lines], ['Completed', 4])
  const { items } = unwrap(await api.GET('/v1/labeling-jobs/{job}/annotations', { params }))
  const boxes = items.flatMap((item) => (item.outcome === 'labeled' ? item.boxes : []))
  ok(boxes.length > 0)
  ok(boxes.every(({ classIndex, width }) => classIndex <= 1 && width >= 0))
}

/** Reads lists whose items have different types. */
async function readUnions(): Promise<void> {
  const params = { path: { job: 'base-job' } }
  const { items } = unwrap(await api.GET('/v1/labeling-jobs/{job}/annotations', { params }))
  const outcomes = [...new Set(items.map(({ outcome }) => outcome))].toSorted()
  equal(outcomes, ['failed', 'foreign', 'labeled', 'unlabeled', 'unreadable', 'verified'])
  const verdicts = items.flatMap((item) => (item.outcome === 'verified' ? item.verdict : []))
  equal(verdicts, ['Correct'])
  const batches = unwrap(await api.GET('/v1/batches', {})).items
  const unreadable = batches.flatMap((item) => (item.state === 'unreadable' ? item.problem.code : []))
  equal(unreadable, ['corrupt-state'])
}

async function registerWebhook(): Promise<void> {
  const params = { path: { webhook: `${NAME}-hook` } }
  const body: Schemas['WebhookRequest'] = { url: RECEIVER_URL, events: ['batch.copied'] }
  const created = unwrap(await api.PUT('/v1/webhooks/{webhook}', { params, body }))
  ok('secret' in created)
  const webhook = unwrap(await api.GET('/v1/webhooks/{webhook}', { params }))
  equal([webhook.state, webhook.events], ['enabled', ['batch.copied']])
}

async function readProblems(dataset: string): Promise<void> {
  const missing = await api.GET('/v1/batches/{batch}', { params: { path: { batch: 'nowhere' } } })
  equal([missing.error?.status, missing.error?.code], [404, 'not-found'])
  const unknown = await api.POST('/v1/datasets/{dataset}/classes/resolve', {
    params: { path: { dataset } },
    body: { classNames: ['Persn'] },
  })
  equal(unknown.error?.code, 'unknown-class')
  equal(unknown.error?.errors[0]?.at, 'body.classNames[0]')
  ok(unknown.error?.errors[0]?.suggestions?.includes('Person'))
}

const dataset = await importDataset()
const batch = await chooseImages(dataset)
await copyImages(batch)
await readImages(batch)
await writeManifest(batch)
await label(batch)
await readUnions()
await registerWebhook()
await readProblems(dataset)
