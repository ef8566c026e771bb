import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { findFunctions } from '../../local/functions.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { type RunningApi, startApi } from '../support/http/running-api.ts'
import { startTestServer, type TestServer } from '../support/http/test-server.ts'
import { NOBODY, toPath } from './example-calls.ts'
import { expectProblem } from './problems.ts'

const SECRET = 'key=0123456789abcdef'
const SAMPLE = new URL('../../local/sample-data/', import.meta.url)

/** The files of a dataset and an image, by their path on the web. */
const FILES: Readonly<Record<string, string>> = {
  '/boxes.csv': 'train/annotations-bbox.csv',
  '/classes.csv': 'class-descriptions.csv',
  '/boxable.csv': 'class-descriptions-boxable.csv',
  '/hierarchy.json': 'labels-hierarchy.json',
  '/images.csv': 'train/images.csv',
  '/photo.jpg': 'train/images/000002b66c9c498e.jpg',
}

let api: RunningApi
let web: TestServer
let registration: object
let hook: object
const events: string[] = []
beforeAll(async () => {
  api = await startApi()
  web = await startTestServer(async (request, response) => {
    const { url = '', method } = request
    const [path = '', query] = url.split('?')
    if (path === '/hook') events.push(await text(request))
    const file = FILES[path]
    if (query !== SECRET) response.writeHead(403).end()
    else if (file === undefined) response.writeHead(204).end()
    else response.end(method === 'HEAD' ? undefined : await readFile(new URL(file, SAMPLE)))
  })
  const at = (path: string) => `${web.url}${path}?${SECRET}`
  registration = {
    title: 'Signed',
    sources: {
      annotations: at('/boxes.csv'),
      classDescriptions: at('/classes.csv'),
      boxableClassDescriptions: at('/boxable.csv'),
      hierarchy: at('/hierarchy.json'),
      images: at('/images.csv'),
    },
    imageLocation: 's3://images/{imageId}.jpg',
  }
  hook = { url: at('/hook'), events: ['dataset.ready', 'dataset.failed'] }
  await api.call('PUT', '/v1/webhooks/signed', hook)
  await api.call('PUT', '/v1/datasets/signed', registration)
  await api.call('POST', '/v1/datasets/signed/import')
  await api.call('POST', '/v1/test-images', { urls: [at('/photo.jpg')] })
  await api.until('/v1/datasets/signed', ({ json }) => json.state === 'ready')
  await api.until('/v1/webhooks/signed/deliveries', ({ json }) => json.items[0]?.state === 'delivered')
  await api.until('/v1/test-images', ({ json }) => json.items[0]?.state === 'stored')
})
afterAll(async () => {
  await api.stop()
  await web.stop()
})

describe('the query of a URL that a caller gave, such as a key or a signature', () => {
  it('is sent to its server', () => {
    const paths = new Set(web.requests.map(({ url }) => url))
    expect(paths).toEqual(new Set([...Object.keys(FILES), '/hook'].map((path) => `${path}?${SECRET}`)))
  })

  it('is in no answer to a caller who may read', async () => {
    const { items } = (await api.call('GET', '/v1/webhooks/signed/deliveries')).json
    const [image] = (await api.call('GET', '/v1/test-images')).json.items
    const names = { ...NOBODY, webhook: 'signed', dataset: 'signed', delivery: items[0].delivery, image: image.imageId }
    const { endpoints } = await findFunctions()
    const reading = endpoints
      .map(({ endpoint }) => endpoint as Endpoint)
      .filter(({ method, scope, path }) => method === 'GET' && scope && path !== '$default')
    const answers = await Promise.all(reading.map((endpoint) => api.call('GET', toPath(endpoint, names))))
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(8)
    for (const answer of answers) expect(answer.text).not.toContain(SECRET)
  })

  it('is in no event', () => {
    expect(events).toEqual([expect.stringContaining('signed')])
    expect(events.join('\n')).not.toContain(SECRET)
  })

  it.each([
    ['a webhook', '/v1/webhooks/signed', () => hook],
    ['a dataset', '/v1/datasets/signed', () => registration],
  ])('is shown as ?… in %s, also to its owner who repeats the request', async (_, path, body) => {
    const answer = await api.call('PUT', path, body())
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('?…')])
    expect(answer.text).not.toContain(SECRET)
  })

  it('is not shown by the preview of an import', async () => {
    const answer = await api.call('POST', '/v1/datasets/signed/import?validateOnly=true')
    expect([answer.status, answer.text]).toEqual([200, expect.not.stringContaining(SECRET)])
  })

  it.each([
    ['/v1/webhooks/copied', 'body.url', () => ({ ...hook, url: `${web.url}/hook?…` })],
    [
      '/v1/datasets/copied',
      'body.sources.images',
      () => ({
        ...registration,
        sources: {
          ...('sources' in registration ? (registration.sources as object) : {}),
          images: `${web.url}/images.csv?…`,
        },
      }),
    ],
  ])('must not be given as it is shown: PUT %s', async (path, place, body) => {
    expectProblem(await api.call('PUT', path, body()), 422, place)
  })
})
