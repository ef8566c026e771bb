import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import { toCursor } from '../../shared/contracts/page.ts'
import { type RunningApi, startApi } from '../support/http/running-api.ts'
import { expectProblem } from './problems.ts'

const request = { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 3 }
const registration = SAMPLE_DATASETS['sample-train']

let api: RunningApi
let keysBefore: string[]
beforeAll(async () => {
  api = await startApi()
  await api.importSample('sample-train')
  await api.call('PUT', '/v1/batches/b', request)
  // The first page with a cursor creates the key that seals cursors.
  await api.call('GET', '/v1/datasets?limit=1')
  keysBefore = await api.keys()
})
afterAll(async () => {
  const keys = await api.keys()
  await api.stop()
  // No refused request may leave anything behind.
  expect(keys).toEqual(keysBefore)
})

const putBatch = (changes: object) => api.call('PUT', '/v1/batches/attack', { ...request, ...changes })
const putDataset = (changes: object) => api.call('PUT', '/v1/datasets/attack', { ...registration, ...changes })

describe('invalid numbers', () => {
  it.each([0, -1, 1.5, 10_001, 1e21, 2 ** 53, '20', true, null, [20], {}])(
    'are refused with the allowed range: %j',
    async (examplesPerClass) => {
      const answer = await putBatch({ examplesPerClass })
      expectProblem(answer, 400, 'body.examplesPerClass')
      expect(answer.json.detail).toMatch(/1 to 10,?000|at (least 1|most 10,?000)/)
    },
  )

  it('are refused when they exceed every number', async () => {
    const body = JSON.stringify(request).replace('3}', '1e999}')
    expectProblem(await api.call('PUT', '/v1/batches/attack', body), 400, 'body.examplesPerClass')
    expectProblem(await putBatch({ batchOffset: 1_000_001 }), 400, 'body.batchOffset')
  })

  it('are refused when they ask for too many images', async () => {
    const classNames = Array.from({ length: 11 }, (_, number) => `Class ${number}`)
    const answer = await putBatch({ classNames, examplesPerClass: 10_000 })
    expectProblem(answer, 400, 'body.examplesPerClass')
    expect(answer.json.detail).toMatch(/100,?000/)
  })
})

describe('invalid bodies', () => {
  it('are answered with all their issues at once', async () => {
    const answer = await api.call('PUT', '/v1/batches/-a?validateOnly=maybe', {
      dataset: 5,
      classNames: ['Person', 7, ''],
      allocation: 'fair',
      skipImages: ['xyz'],
      excludeFlags: ['isBlurred'],
      includeParts: 'yes',
      colour: 'red',
    })
    expectProblem(answer, 400)
    expect(answer.json.detail).toContain('11')
    expect(answer.json.errors).toEqual([
      { at: 'path.batch', message: expect.stringContaining('"-a"') },
      { at: 'query.validateOnly', message: expect.stringMatching(/"true".*"false".*"maybe"/) },
      { at: 'body.dataset', message: expect.stringMatching(/string.*5/) },
      { at: 'body.classNames[1]', message: expect.stringMatching(/string.*7/) },
      { at: 'body.classNames[2]', message: expect.stringMatching(/1.*0/) },
      { at: 'body.examplesPerClass', message: expect.stringMatching(/1 to 10,?000/) },
      { at: 'body.allocation', message: expect.stringMatching(/"disjoint".*"window".*"fair"/) },
      { at: 'body.skipImages[0]', message: expect.stringMatching(/16.*"xyz"/) },
      {
        at: 'body.excludeFlags[0]',
        message: expect.stringMatching(/"isOccluded".*"isBlurred"/),
      },
      { at: 'body.includeParts', message: expect.stringMatching(/true.*false.*"yes"/) },
      { at: 'body.colour', message: expect.stringMatching(/not a known field/) },
    ])
  })

  it('are answered with at most the first hundred issues', async () => {
    const numbers = await putBatch({ skipImages: Array(10_000).fill(1) })
    expectProblem(numbers, 400, 'body.skipImages[0]', 'body.skipImages[99]')
    expect(numbers.json.errors).toHaveLength(100)
    expect(numbers.json.detail).toContain('100')
    const fields = Object.fromEntries(Array.from({ length: 60_000 }, (_, number) => [`field${number}`, 1]))
    const unknown = await putBatch(fields)
    expectProblem(unknown, 400)
    expect(unknown.json.errors).toHaveLength(100)
  })

  it('are not echoed whole when a field or value is very long', async () => {
    for (const changes of [
      { ['x'.repeat(500_000)]: 1 },
      { dataset: 'x'.repeat(500_000) },
      { strategy: '\u0000'.repeat(150_000) },
    ]) {
      const answer = await putBatch(changes)
      expectProblem(answer, 400)
      expect(answer.text.length).toBeLessThan(2000)
    }
  })

  it('are refused over 1 MiB', async () => {
    expectProblem(await api.call('PUT', '/v1/batches/attack', ' '.repeat((1 << 20) + 1)), 413)
  })

  it('are refused when they are nested too deeply', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expectProblem(await api.call('PUT', '/v1/batches/attack', deep), 400)
    const inside = JSON.stringify(request).replace('["Person"]', deep)
    expectProblem(await api.call('PUT', '/v1/batches/attack', inside), 400)
    const objects = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    expectProblem(await api.call('PUT', '/v1/batches/attack', objects), 400)
  })

  it('are refused with 10,000 class names or with invalid names', async () => {
    const many = await putBatch({ classNames: Array.from({ length: 10_000 }, (_, number) => `Class ${number}`) })
    expectProblem(many, 400, 'body.classNames')
    expect(many.json.detail).toMatch(/100\b.*10,?000/)
    expectProblem(await putBatch({ classNames: [] }), 400, 'body.classNames')
    expectProblem(await putBatch({ classNames: ['x'.repeat(201)] }), 400, 'body.classNames[0]')
    for (const name of [
      '__proto__',
      'constructor',
      '🐈',
      'Per\u0000son',
      'Person\r\nx-evil: 1',
      '../raw',
      '%',
      '\uD800',
    ])
      expectProblem(await putBatch({ classNames: [name] }), 422, 'body.classNames[0]')
  })

  it('are refused when two class names differ only in case and spaces', async () => {
    expectProblem(await putBatch({ classNames: ['Person', ' PERSON '] }), 400, 'body.classNames[1]')
  })

  it('are refused with an invalid or unknown dataset name', async () => {
    for (const dataset of ['..', '../batches/b', 'a/b', 'raw', 'Sample-Train', '', 'x'.repeat(64)])
      expectProblem(await putBatch({ dataset }), 400, 'body.dataset')
    expectProblem(await putBatch({ dataset: 'none' }), 404)
    expectProblem(await putBatch({ dataset: 'constructor' }), 404)
  })
})

describe('invalid cursors', () => {
  const positions = [
    '../',
    'raw/',
    '\u0000',
    '\n',
    '\uFFFE',
    'x'.repeat(1500),
    '-1',
    '1:1',
    '2',
    '99999999',
    '\u{10FFFF}',
  ]

  it.each(positions)('are refused when they are forged, sealed or not: %j', async (position) => {
    for (const path of ['/v1/batches', '/v1/batches/b/images', '/v1/datasets', '/v1/datasets/sample-train/classes'])
      for (const cursor of [toCursor(position), `${toCursor(position)}.${'A'.repeat(22)}`])
        expectProblem(await api.call('GET', `${path}?cursor=${cursor}`), 400, 'query.cursor')
  })

  it('are refused when they belong to another list or filter, or are given twice', async () => {
    const classes = '/v1/datasets/sample-train/classes'
    const { nextCursor } = (await api.call('GET', `${classes}?limit=1&search=e`)).json
    expect((await api.call('GET', `${classes}?search=e&cursor=${nextCursor}`)).status).toBe(200)
    for (const path of [
      `/v1/batches/b/images?cursor=${nextCursor}`,
      `${classes}?cursor=${nextCursor}`,
      `${classes}?search=a&cursor=${nextCursor}`,
      `${classes}?search=e&cursor=${nextCursor}&cursor=${nextCursor}`,
    ])
      expectProblem(await api.call('GET', path), 400, 'query.cursor')
  })
})

describe('headers', () => {
  it('cannot be injected through a name', async () => {
    const answer = await api.call('PUT', '/v1/batches/a%0d%0ax-evil:%201', request)
    expectProblem(answer, 400, 'path.batch')
    expect(answer.headers.get('x-evil')).toBeNull()
  })

  it('do not carry a token in other ways', async () => {
    const { token } = api.stack
    for (const headers of [
      { 'x-authorization': `Bearer ${token}` },
      { 'x-api-key': token },
      { cookie: `authorization=Bearer ${token}` },
      { 'proxy-authorization': `Bearer ${token}` },
    ])
      expectProblem(await api.call('GET', '/v1/batches', undefined, { authorization: '', ...headers }), 401)
    expectProblem(await api.call('GET', `/v1/batches?access_token=${token}`, undefined, { authorization: '' }), 401)
    for (const authorization of [
      `Bearer ${token}x`,
      `Bearer ${token.slice(0, -1)}`,
      token,
      `Bearer, ${token}`,
      'Bearer',
    ])
      expectProblem(await api.call('GET', '/v1/batches', undefined, { authorization }), 401)
  })

  it('cannot be injected through a request id', async () => {
    for (const id of ['a\tb', 'ä', 'x'.repeat(129), '<script>', '"'])
      expect(
        (await api.call('GET', '/health', undefined, { 'x-request-id': id })).headers.get('x-request-id'),
      ).not.toBe(id)
  })
})

describe('addresses in a dataset', () => {
  const sources = (annotations: unknown) => putDataset({ sources: { ...registration.sources, annotations } })

  it.each([
    'file:///etc/passwd',
    'ftp://host/file.csv',
    'data:text/csv,a',
    '/etc/passwd',
    'javascript:alert(1)',
    's3://',
    's3://bucket',
    's3://bucket/',
    's3:///key',
    's3://bucket/a/../../b',
    's3://bucket/..',
    's3://bucket/./a',
    's3://bucket/a\u0000b',
    's3://bucket/a\r\nb',
    'https://host/a\tb',
    'https://',
    ' https://host/file',
    `https://host/${'x'.repeat(1100)}`,
    5,
    null,
    ['s3://bucket/key'],
  ])('are refused when they are not addresses: %j', async (uri) =>
    expectProblem(await sources(uri), 400, 'body.sources.annotations'),
  )

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:169.254.169.254]/',
    'https://[fd00:ec2::254]/',
    'https://2852039166/',
    'https://0xa9fea9fe/',
    'https://0251.0376.0251.0376/',
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://0.0.0.0/',
    'https://[::]/',
    'http://example.com/file.csv',
    'https://example.com:8443/file.csv',
    'https://user:secret@example.com/file.csv',
    'http://user:secret@127.0.0.1/file.csv',
    's3://Bad_Bucket/key',
    's3://b/key',
    's3://bucket name/key',
    's3://groundwork/system/tokens/secret.json',
  ])('are refused when they may not be called, without revealing a secret: %s', async (uri) => {
    const answer = await sources(uri)
    expectProblem(answer, 422, 'body.sources.annotations')
    expect(answer.text).not.toContain('secret@')
  })

  it.each([
    'https://open-images-dataset/{imageId}.jpg',
    'open-images-dataset/{imageId}.jpg',
    's3:///{imageId}.jpg',
    's3://{imageId}',
    's3://bucket/{imageid}.jpg',
    's3://bucket/image.jpg',
    's3://bucket/../{imageId}.jpg',
    's3://bucket/{imageId}/..',
    's3://bucket/a\n{imageId}',
    '',
  ])('are refused as an image location: %j', async (imageLocation) =>
    expectProblem(await putDataset({ imageLocation }), 400, 'body.imageLocation'),
  )

  it.each(['s3://Bucket/{imageId}.jpg', 's3://{imageId}/{imageId}', 's3://groundwork/system/{imageId}'])(
    'are refused as an image location that may not be read: %s',
    async (imageLocation) => expectProblem(await putDataset({ imageLocation }), 422, 'body.imageLocation'),
  )

  it('are reported all at once when several are refused', async () => {
    const answer = await putDataset({
      sources: { ...registration.sources, annotations: 'https://10.0.0.1/a', hierarchy: 'http://example.com/h' },
      imageLocation: 's3://B/{imageId}',
    })
    expectProblem(answer, 422, 'body.sources.annotations', 'body.sources.hierarchy', 'body.imageLocation')
  })
})

describe('label attributes of a manifest', () => {
  it('are refused when they would conflict with other keys', async () => {
    for (const labelAttributeName of [
      'source-ref',
      'a-metadata',
      'a-ref',
      '__proto__',
      '$a',
      'a b',
      'a\n',
      '',
      5,
      'x'.repeat(128),
    ])
      expectProblem(
        await api.call('PUT', '/v1/batches/b/manifest', { labelAttributeName }),
        400,
        'body.labelAttributeName',
      )
  })
})
