import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { SQSEvent } from 'aws-lambda'
import { lambdaContext } from '../../local/gateway/lambda-context.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { expandPath } from '../../shared/platform/http/path.ts'
import type { HttpEvent } from '../../shared/platform/http/stack.ts'
import { currentMeter } from '../../shared/platform/observability/request-meter.ts'
import type { LogKeys, Ports } from '../../shared/platform/ports.ts'
import type { Worker } from '../../shared/platform/queue/worker.ts'
import { createToken } from '../../shared/platform/tokens/create.ts'
import { cats, petsWorld, toSourceUri } from '../support/fixtures/pets.ts'
import { jpegFile } from '../support/fixtures/picture-files.ts'
import { expectDeclaredResult } from '../support/http/declared-answers.ts'
import { memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

// Loggers read the level when they are imported.
process.env.POWERTOOLS_LOG_LEVEL = 'DEBUG'
process.env.AWS_REGION ??= 'us-east-1'
const { findFunctions } = await import('../../local/functions.ts')
const { lambda } = await import('../../shared/platform/http/route.ts')
const { logWith } = await import('../../shared/platform/observability/log.ts')
const { queueLambda } = await import('../../shared/platform/queue/worker.ts')

interface Line extends Readonly<Record<string, unknown>> {
  readonly message: string
}

const written: string[] = []
// Warnings and errors go to stderr.
const streams = [process.stdout, process.stderr] as const
const writes = streams.map((stream) => stream.write)
beforeAll(() => {
  for (const stream of streams) stream.write = (text: unknown) => written.push(String(text)) > 0
})
afterAll(() => {
  for (const [index, stream] of streams.entries()) stream.write = writes[index] ?? stream.write
})
/** Returns the lines logged since the last call. */
const takeLines = (): Line[] => written.splice(0).map((line) => JSON.parse(line))

const functions = await findFunctions()
// Every function exports its whole declaration; the types of gateway and poller have only a part of it.
const endpoints = functions.endpoints.map(({ endpoint }) => endpoint as Endpoint)
const workers = functions.workers.map(({ worker }) => worker as Worker)

const world: World = await petsWorld(cats(3))
const portsFor = (requestId: string, keys: LogKeys = {}): Ports => ({
  ...memoryPorts({ world }),
  requestId,
  log: logWith({ requestId, ...keys }),
})
const token = await createToken('ci', 'write', portsFor('setup'))
takeLines()

interface CallOptions {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly bearer?: string
}

async function call(operationId: string, { params = {}, query, body, bearer = token }: CallOptions = {}) {
  const endpoint = endpoints.find((one) => one.operationId === operationId)!
  const { method, path } = endpoint
  const rawPath = expandPath(path, (name) => params[name] ?? 'x')
  const event = {
    version: '2.0',
    rawPath,
    pathParameters: params,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', 'x-request-id': 'request-7' },
    ...(query && { queryStringParameters: query }),
    requestContext: { requestId: 'gateway-1', http: { method, path: rawPath } },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  } as unknown as HttpEvent
  // Our handlers always return the structured form.
  const result = await lambda(endpoint, portsFor)(event, lambdaContext('test', 5000))
  const answer = result as { statusCode: number; body: string }
  await expectDeclaredResult({ method, rawPath }, answer)
  return answer
}

/** Delivers all messages that are due to their workers, once each. @returns how many there were */
async function work(): Promise<number> {
  for (let count = 0; ; count++) {
    const isDue = (message: unknown): boolean => !world.delays.get(message)
    for (const waiting of Object.values(world.sent)) waiting.splice(0, waiting.length, ...waiting.filter(isDue))
    const [queue, messages] = Object.entries(world.sent).find(([, waiting]) => waiting.length > 0) ?? []
    if (!messages || count > 100) return count
    const worker = workers.find((one) => one.queue === queue)!
    const event = { Records: [{ messageId: 'm', body: JSON.stringify(messages.shift()) }] } as SQSEvent
    await queueLambda(worker, portsFor)(event, lambdaContext('test', 5000))
  }
}

describe('the log', () => {
  it('ends each request with one line: endpoint, caller, outcome and duration', async () => {
    const clock = world.now.getTime()
    world.fault = ({ key }) => {
      if (key.endsWith('dataset.json')) world.now = new Date(clock + 35)
      return undefined
    }
    await call('getDataset', { params: { dataset: 'pets' }, query: { a: 'b' } })
    const refused = takeLines()
    await call('getDataset', { params: { dataset: 'pets' } })
    world.fault = () => undefined
    const about = {
      requestId: 'request-7',
      caller: 'ci',
      dataset: 'pets',
      method: 'GET',
      route: '/v1/datasets/{dataset}',
    }
    expect(refused.map(({ message }) => message)).toEqual(['request.refused', 'request.completed'])
    expect(refused.at(-1)).toMatchObject({ ...about, status: 400, level: 'INFO' })
    expect(takeLines()).toMatchObject([{ ...about, event: 'request.completed', status: 200, milliseconds: 35 }])
  })

  it('has that line for every function, even for refused requests', async () => {
    for (const { operationId, path, scope } of endpoints) {
      await call(operationId, { bearer: 'unknown' })
      const lines = takeLines()
      expect(lines.at(-1)).toMatchObject({ event: 'request.completed', route: path, requestId: 'request-7' })
      const isAsked = scope !== undefined || path === '$default'
      if (isAsked && path !== '$default') expect(lines.at(-1)).toMatchObject({ status: 401 })
      expect(lines.at(-1)).not.toHaveProperty('caller')
    }
  })

  it.each([
    ['getBatch', 'batch'],
    ['browseClasses', 'dataset'],
    ['getDelivery', 'delivery'],
    ['removeWebhook', 'webhook'],
    ['getDocsAsset', 'asset'],
  ])('has few characters however long the path is that a caller without a token sends: %s', async (id, parameter) => {
    const { body } = await call(id, { params: { webhook: 'w', [parameter]: 'a'.repeat(8000) }, bearer: 'unknown' })
    expect(body.length).toBeLessThan(1000)
    const lines = takeLines()
    expect(lines.map(({ event }) => event)).toEqual(['request.refused', 'request.completed'])
    expect(JSON.stringify(lines).length).toBeLessThan(2500)
  })

  it('says there how many requests a call made, and how many of them waited for each other', async () => {
    world.pause = async () => currentMeter()?.begin('GET')()
    await call('getDataset', { params: { dataset: 'pets' } })
    world.pause = () => Promise.resolve()
    // The token, then the dataset.
    expect(takeLines()).toMatchObject([{ event: 'request.completed', requests: { GET: 2 }, depth: 2 }])
  })

  it('names the request and the subject of background work', async () => {
    const params = { batch: 'b' }
    await call('createBatch', { params, body: { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3 } })
    await call('startCopy', { params })
    world.stored.delete(toSourceUri(1))
    takeLines()
    expect(await work()).toBeGreaterThan(2)
    const lines = takeLines()
    for (const line of lines) expect(line).toMatchObject({ requestId: 'request-7', messageId: 'm' })
    const { batchId } = JSON.parse(Buffer.from(world.stored.get('s3://work/data/b/batch.json')!.bytes).toString())
    const done = lines.find(({ message }) => message === 'chunk.completed')
    expect(done).toMatchObject({ job: 'copy-images', batch: 'b', batchId, round: 1, chunk: 0 })
  })
})

const KEYS = ['gw_unknownToken0', 'pass-Word1', 'query-Key2', 'link-Sig3', 'malformed-Body4', 'fragment-Part5']
const [BEARER, PASSWORD, KEY, SIGNATURE, MALFORMED] = KEYS
const HOOK = `https://hooks.groundwork.dev/in?key=${KEY}`
const IMAGE = `https://images.example/a.jpg?signature=${SIGNATURE}`
const BAD_URLS = [`https://me:${PASSWORD}@images.example/a.jpg`, `http://images.example/?key=${KEY}`, `ftp://a/?${KEY}`]

/** Asserts that no line holds a planted secret, the token, or a secret created on the way. */
function expectNoSecrets(secrets: readonly string[]): void {
  const lines = written.splice(0)
  expect(lines).not.toEqual([])
  for (const secret of [...KEYS, token, ...secrets, 'whsec_', 'X-Amz-'])
    expect(lines.filter((line) => line.includes(secret))).toEqual([])
}

describe('the log contains no secret', () => {
  const sources = (url: string) => ({ annotations: url, classDescriptions: url, hierarchy: url, images: url })
  const hostile = (url: string) => ({
    url,
    urls: [url],
    events: ['batch.copied'],
    title: 'T',
    sources: sources(url),
    imageLocation: `${url}{imageId}`,
    dataset: url,
    workteamArn: url,
  })

  it('whatever any function is sent and refuses', async () => {
    const params = { dataset: 'd', batch: 'b', job: 'j', webhook: 'w', delivery: 'x', image: 'x', asset: 'x' }
    for (const { operationId, body: schema } of endpoints) {
      await call(operationId, { params, bearer: `${BEARER}` })
      await call(operationId, { params, query: { cursor: `${KEY}`, token: `${SIGNATURE}` } })
      if (!schema) continue
      await call(operationId, { params, body: `{"url":"${MALFORMED}` })
      await call(operationId, { params, body: `${MALFORMED}` })
      for (const url of BAD_URLS) {
        await call(operationId, { params, body: hostile(url) })
        // With its own fields only.
        const { title, sources: files, imageLocation, urls, events } = hostile(url)
        if (operationId === 'registerWebhook') await call(operationId, { params, body: { url, events } })
        if (operationId === 'fetchTestImages') await call(operationId, { body: { urls } })
        if (operationId === 'registerDataset')
          await call(operationId, { params, body: { title, sources: files, imageLocation } })
      }
    }
    expectNoSecrets([])
  })

  it('when webhooks are called and fail in every way', async () => {
    const params = { webhook: 'mine' }
    const { body } = await call('registerWebhook', { params, body: { url: HOOK, events: ['batch.copied'] } })
    const secrets = [JSON.parse(body).secret, JSON.parse((await call('rotateSecret', { params })).body).secret]
    for (const behaviour of [undefined, 'hangs-up', 'silent', { status: 500 }, { status: 410 }] as const) {
      if (behaviour) world.receivers.set(HOOK, behaviour)
      expect((await call('sendTestEvent', { params })).statusCode).toBe(202)
      world.fault = ({ port }) => (port === 'receivers' && !behaviour ? new Error('the connection broke') : undefined)
      await work()
      world.fault = () => undefined
    }
    expect(world.received).not.toEqual([])
    const signatures = world.received.map(({ headers }) => String(headers['webhook-signature']))
    expectNoSecrets([...secrets.map((secret) => secret.replace('whsec_', '')), ...signatures])
  })

  it('when test images are fetched and listed with presigned URLs', async () => {
    const body = { urls: [IMAGE, IMAGE.replace('a.jpg', 'missing.jpg')] }
    world.web.set(IMAGE, { bytes: jpegFile(64, 48), etag: undefined, ranges: false })
    expect((await call('fetchTestImages', { body })).statusCode).toBe(202)
    await work()
    const { items } = JSON.parse((await call('listTestImages')).body)
    const links = items.flatMap(({ link }: { link?: string }) => link ?? [])
    expect(links).toHaveLength(1)
    expectNoSecrets(links)
  })

  it('when the files of a dataset have signed URLs', async () => {
    const at = `https://images.example/boxes.csv?sig=${SIGNATURE}`
    const params = { dataset: 'linked' }
    const body = { title: 'T', sources: sources(at), imageLocation: 's3://open-images-dataset/{imageId}.jpg' }
    await call('registerDataset', { params, body })
    await call('importDataset', { params })
    await work()
    expectNoSecrets([])
  })
})
