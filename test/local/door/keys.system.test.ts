import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { ListLabelingJobsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { signVersion2 } from '../../../local/signatures/version-2.ts'
import { type Stack, startStack } from '../../../local/stack.ts'
import { signRequest } from '../../../tools/sign-request.ts'

type Service = 's3' | 'sqs' | 'sagemaker'

/** A call that changes something, as its client would send it. */
interface Call {
  readonly service: Service
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const CALLS: readonly Call[] = [
  { service: 's3', method: 'PUT', path: '/groundwork/key', headers: { 'x-amz-meta-by': 'me' }, body: 'content' },
  {
    service: 's3',
    method: 'POST',
    path: '/groundwork?delete=',
    headers: { 'content-type': 'text/plain' },
    body: '<Delete><Object><Key>kept</Key></Object></Delete>',
  },
  {
    service: 'sqs',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.CreateQueue' },
    body: '{"QueueName":"theirs"}',
  },
  {
    service: 'sagemaker',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'SageMaker.CreateLabelingJob' },
    body: '{"LabelingJobName":"theirs"}',
  },
]

let directory: string
let stack: Stack
let s3: S3Client
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keys-'))
  stack = await startStack({ directory })
  s3 = new S3Client({ endpoint: stack.s3, forcePathStyle: true, credentials: { ...stack.credentials } })
  await s3.send(new PutObjectCommand({ Bucket: 'groundwork', Key: 'kept', Body: 'kept' }))
})
afterAll(async () => {
  s3.destroy()
  await stack.stop()
  await rm(directory, { recursive: true })
})

const urlOf = ({ service, path }: Call): string =>
  `${{ s3: stack.s3, sqs: stack.sqs, sagemaker: stack.labeling }[service]}${path}`

/** Sends a call. Returns its status, and the name of the error. */
async function send(call: Call, headers: Readonly<Record<string, string>>): Promise<string> {
  const { method, body } = call
  const response = await fetch(urlOf(call), { method, headers, body: Buffer.from(body) })
  const text = await response.text()
  return `${response.status} ${/<Code>(\w+)|"__type":"(?:[\w.]+#)?(\w+)"/.exec(text)?.slice(1).join('') ?? ''}`
}

const signed = (call: Call, keys = stack.credentials, at = new Date()) =>
  signRequest(urlOf(call), call, { ...keys }, { service: call.service, signingDate: at })

/** Signs one call, and sends another one with the headers of the first. */
async function sendInstead(call: Call, signedCall: Partial<Call>): Promise<string> {
  const { host: _, ...headers } = await signed({ ...call, ...signedCall })
  return await send(call, headers)
}

const minutes = (count: number): Date => new Date(Date.now() + count * 60_000)

/** What must be refused, and by which error of S3 and of the others. */
const REFUSED: readonly (readonly [string, (call: Call) => Promise<string>, s3: string, others: string])[] = [
  ['no signature', (call) => send(call, call.headers), '403 AccessDenied', '403 MissingAuthenticationTokenException'],
  [
    'an empty signature',
    (call) => send(call, { ...call.headers, authorization: '' }),
    '400 InvalidRequest',
    '400 IncompleteSignatureException',
  ],
  [
    'the token of the API',
    (call) => send(call, { ...call.headers, authorization: `Bearer ${stack.token}` }),
    '400 InvalidRequest',
    '400 IncompleteSignatureException',
  ],
  [
    'a signature of Version 2',
    (call) => send(call, { ...call.headers, authorization: `AWS ${stack.credentials.accessKeyId}:abc=` }),
    '400 InvalidRequest',
    '400 IncompleteSignatureException',
  ],
  [
    'another access key',
    async (call) => send(call, await signed(call, { ...stack.credentials, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' })),
    '403 InvalidAccessKeyId',
    '403 UnrecognizedClientException',
  ],
  [
    'the credentials that older versions took',
    async (call) => send(call, await signed(call, { accessKeyId: 'local', secretAccessKey: 'local' })),
    '403 InvalidAccessKeyId',
    '403 UnrecognizedClientException',
  ],
  [
    'another secret',
    async (call) => send(call, await signed(call, { ...stack.credentials, secretAccessKey: 'guessed' })),
    '403 SignatureDoesNotMatch',
    '403 InvalidSignatureException',
  ],
  [
    'a signature of 16 minutes ago',
    async (call) => send(call, await signed(call, stack.credentials, minutes(-16))),
    '403 RequestTimeTooSkewed',
    '403 InvalidSignatureException',
  ],
  [
    'a signature of the day after tomorrow',
    async (call) => send(call, await signed(call, stack.credentials, minutes(2880))),
    '403 RequestTimeTooSkewed',
    '403 InvalidSignatureException',
  ],
  [
    'a signature for another service',
    async (call) => {
      const headers = await signRequest(urlOf(call), call, { ...stack.credentials }, { service: other(call.service) })
      return send(call, headers)
    },
    '400 AuthorizationHeaderMalformed',
    '400 IncompleteSignatureException',
  ],
  [
    'a signature of another path',
    (call) => sendInstead(call, { path: '/elsewhere' }),
    '403 SignatureDoesNotMatch',
    '403 InvalidSignatureException',
  ],
  [
    'a signature of another method',
    (call) => sendInstead(call, { method: 'PATCH' }),
    '403 SignatureDoesNotMatch',
    '403 InvalidSignatureException',
  ],
  [
    'a signature of another body',
    (call) => sendInstead(call, { body: 'other' }),
    '400 XAmzContentSHA256Mismatch',
    '403 InvalidSignatureException',
  ],
  [
    'a header that was changed',
    async (call) => {
      const { 'x-amz-date': time = '', ...headers } = await signed(call)
      return send(call, { ...headers, 'x-amz-date': time.replace(/\d\dZ$/, '99Z') })
    },
    '403 RequestTimeTooSkewed',
    '403 InvalidSignatureException',
  ],
  [
    'a header of AWS that is not signed',
    async (call) => send(call, { ...(await signed(call)), 'x-amz-copy-source': 'groundwork/kept' }),
    '403 AccessDenied',
    '403 InvalidSignatureException',
  ],
  [
    'a host that is not signed',
    async (call) => {
      const { authorization = '', ...headers } = await signed(call)
      return send(call, { ...headers, authorization: authorization.replace(/\bhost;/, '') })
    },
    '403 AccessDenied',
    '403 InvalidSignatureException',
  ],
  [
    'a page of another origin that has the keys',
    async (call) => send(call, { ...(await signed(call)), origin: 'https://pages.test' }),
    '403 AccessDenied',
    '403 AccessDeniedException',
  ],
  [
    'a page of another site that has the keys',
    async (call) => send(call, { ...(await signed(call)), 'sec-fetch-site': 'cross-site' }),
    '403 AccessDenied',
    '403 AccessDeniedException',
  ],
  [
    'a signature that was cut',
    async (call) => {
      const { authorization = '', ...headers } = await signed(call)
      return send(call, { ...headers, authorization: authorization.slice(0, -1) })
    },
    '403 SignatureDoesNotMatch',
    '403 InvalidSignatureException',
  ],
  [
    'a signature with a part left out',
    async (call) => {
      const { authorization = '', ...headers } = await signed(call)
      return send(call, { ...headers, authorization: authorization.replace(/, SignedHeaders=[^,]*/, '') })
    },
    '400 AuthorizationHeaderMalformed',
    '400 IncompleteSignatureException',
  ],
]

const other = (service: Service): Service => (service === 's3' ? 'sqs' : 's3')

describe.each(CALLS)('$service, called with $method $path', (call) => {
  it.each(REFUSED)('refuses %s', async (_, attempt, ofS3, ofOthers) => {
    expect(await attempt(call)).toBe(call.service === 's3' ? ofS3 : ofOthers)
  })
})

it('refuses each of them without a trace', async () => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'groundwork' }))
  const keys = Contents.map(({ Key = '' }) => Key).filter((key) => !key.startsWith('system/'))
  expect(keys).toEqual(['kept'])
  const client = { region: 'us-east-1', credentials: { ...stack.credentials } }
  const sqs = new SQSClient({ ...client, endpoint: stack.sqs })
  const sagemaker = new SageMakerClient({ ...client, endpoint: stack.labeling })
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'theirs' }))
  const { LabelingJobSummaryList } = await sagemaker.send(new ListLabelingJobsCommand())
  expect([QueueUrls, LabelingJobSummaryList]).toEqual([[], []])
  sqs.destroy()
  sagemaker.destroy()
})

describe('a signed call', () => {
  it.each(CALLS)('of $service with $method $path is taken, up to 14 minutes early or late', async (call) => {
    for (const late of [-14, 0, 14]) {
      const answer = await send(call, await signed(call, stack.credentials, minutes(late)))
      // What the request of the labeling job lacks is its own affair.
      expect(answer).toMatch(call.service === 'sagemaker' ? /^400 ValidationException/ : /^200 $/)
    }
  })

  it.each(CALLS)('of $service with $method $path may come from a page of this machine', async (call) => {
    const answer = await send(call, { ...(await signed(call)), origin: 'http://localhost:5173' })
    expect(answer).not.toMatch(/^403/)
  })

  it('cannot reach what else the server of the queues could do', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'x-amz-target': 'AmazonSQS.SendMessage' }
    for (const change of [{ headers: form }, { method: 'PUT', path: '/bucket' }, { path: '/bucket/key' }]) {
      const call = { ...CALLS[2], ...change } as Call
      expect(await send(call, await signed(call))).toBe('400 InvalidAction')
    }
  })
})

describe('the API', () => {
  it.each(['', 'Bearer ', 'Bearer x', 'AWS4-HMAC-SHA256 Credential=a'])(
    'refuses the authorization "%s"',
    async (authorization) => {
      const headers = { authorization, 'content-type': 'application/json' }
      const response = await fetch(`${stack.api}/v1/webhooks/w`, { method: 'PUT', headers, body: '{}' })
      expect(response.status).toBe(401)
    },
  )
})

describe('a presigned link', () => {
  beforeAll(async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'groundwork', Key: 'kept', Body: 'kept' }))
  })

  const link = (expiresIn = 60, signedAt = new Date()) =>
    getSignedUrl(s3, new GetObjectCommand({ Bucket: 'groundwork', Key: 'kept' }), { expiresIn, signingDate: signedAt })
  const version2 = (seconds = 60): string => {
    const query = new URLSearchParams({
      AWSAccessKeyId: stack.credentials.accessKeyId,
      Expires: String(Math.floor(Date.now() / 1000) + seconds),
      'response-content-type': 'text/x',
    })
    const message = { method: 'GET', path: '/groundwork/kept', query, headers: {} }
    query.set('Signature', signVersion2(message, stack.credentials.secretAccessKey))
    return `${stack.s3}/groundwork/kept?${query}`
  }
  const read = async (url: string, init: RequestInit = {}): Promise<string> => {
    const response = await fetch(url, init)
    const text = await response.text()
    return `${response.status} ${/<Code>(\w+)/.exec(text)?.[1] ?? text}`
  }

  it('is all that a page of any origin needs', async () => {
    const page = { origin: 'https://pages.test', 'sec-fetch-site': 'cross-site' }
    expect([await read(await link(), { headers: page }), await read(version2(), { headers: page })]).toEqual([
      '200 kept',
      '200 kept',
    ])
  })

  it.each<[string, () => Promise<string>, string]>([
    ['that has expired', () => link(60, minutes(-2)), '403 AccessDenied'],
    ['that is not valid yet', () => link(60, minutes(20)), '403 AccessDenied'],
    [
      'whose time was moved',
      async () => (await link()).replace(/Expires=60/, 'Expires=61'),
      '403 SignatureDoesNotMatch',
    ],
    [
      'for longer than a week',
      async () => (await link()).replace(/Expires=60/, 'Expires=604801'),
      '400 AuthorizationQueryParametersError',
    ],
    ['to another object', async () => (await link()).replace('/kept', '/other'), '403 SignatureDoesNotMatch'],
    ['with one more parameter', async () => `${await link()}&tagging=`, '403 SignatureDoesNotMatch'],
    [
      'with a changed parameter',
      async () => (await link()).replace('GetObject', 'PutObject'),
      '403 SignatureDoesNotMatch',
    ],
    [
      'with a repeated parameter',
      async () => `${await link()}&X-Amz-Expires=600`,
      '400 AuthorizationQueryParametersError',
    ],
    [
      'without its signature',
      async () => (await link()).replace(/X-Amz-Signature=\w+/, ''),
      '400 AuthorizationQueryParametersError',
    ],
    [
      'with a changed signature',
      async () => (await link()).replace(/Signature=.{4}/, 'Signature=0000'),
      '403 SignatureDoesNotMatch',
    ],
    [
      'of another key',
      async () => (await link()).replace(/Credential=\w+/, 'Credential=GW0'),
      '403 InvalidAccessKeyId',
    ],
    ['of Version 2 that has expired', async () => version2(-1), '403 AccessDenied'],
    [
      'of Version 2 whose time was moved',
      async () => version2().replace(/Expires=\d/, 'Expires=9'),
      '403 SignatureDoesNotMatch',
    ],
    ['of Version 2 to another object', async () => version2().replace('/kept', '/other'), '403 SignatureDoesNotMatch'],
    [
      'of Version 2 with a changed parameter',
      async () => version2().replace('text%2Fx', 'text%2Fhtml'),
      '403 SignatureDoesNotMatch',
    ],
    ['of Version 2 with one more that it signs', async () => `${version2()}&tagging`, '403 SignatureDoesNotMatch'],
    ['of Version 2 with one more that it does not sign', async () => `${version2()}&prefix=a`, '403 AccessDenied'],
    ['of Version 2 of another key', async () => version2().replace(/KeyId=\w+/, 'KeyId=GW0'), '403 InvalidAccessKeyId'],
    ['of both versions', async () => `${await link()}&Signature=a&AWSAccessKeyId=b`, '400 InvalidArgument'],
  ])('%s is refused', async (_, altered, expected) => {
    expect(await read(await altered())).toBe(expected)
  })

  it.each(['PUT', 'DELETE', 'POST'])('for reading does not write: %s', async (method) => {
    for (const url of [await link(), version2()]) expect(await read(url, { method })).toBe('403 SignatureDoesNotMatch')
    expect(await read(await link())).toBe('200 kept')
  })

  it('is not used together with a signature in the header', async () => {
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=a' }
    expect(await read(await link(), { headers })).toBe('400 InvalidArgument')
  })
})
