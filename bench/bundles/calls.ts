import { lambdaContext } from '../../local/gateway/lambda-context.ts'
import { TOKEN } from '../token.ts'

/** A realistic first call of a function without side effects. */
export interface FirstCall {
  readonly file: string
  readonly event: unknown
  /** The expected status of an endpoint, or `done` for a worker without batch item failures. */
  readonly expected: number | 'done'
}

const request = (method: string, path: string, pathParameters: Record<string, string> = {}, body?: unknown) => ({
  version: '2.0',
  routeKey: `${method} ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: { host: 'localhost', 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
  pathParameters,
  requestContext: { requestId: 'bench', http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' } },
  ...(body !== undefined && { body: JSON.stringify(body) }),
  isBase64Encoded: false,
})

type Endpoint = readonly [name: string, method: string, path: string, expected: number, body?: unknown]

const CLASSES = { classNames: ['Tire'] }
const DATASET_CALLS: readonly Endpoint[] = [
  ['list', 'GET', '', 200],
  ['get', 'GET', '/gone', 404],
  ['register', 'PUT', '/gone', 400],
  ['forget', 'DELETE', '/gone', 404],
  ['import', 'POST', '/gone/import', 404],
  ['cancel-import', 'DELETE', '/gone/import', 404],
  ['browse-classes', 'GET', '/gone/classes', 404],
  ['resolve-classes', 'POST', '/gone/classes/resolve', 404, CLASSES],
]
const BATCH_CALLS: readonly Endpoint[] = [
  ['list', 'GET', '', 200],
  ['get', 'GET', '/gone', 404],
  ['create', 'PUT', '/gone', 404, { ...CLASSES, dataset: 'gone', examplesPerClass: 1 }],
  ['delete', 'DELETE', '/gone', 404],
  ['list-images', 'GET', '/gone/images', 404],
  ['start-copy', 'POST', '/gone/copy', 404],
  ['get-copy', 'GET', '/gone/copy', 404],
  ['cancel-copy', 'DELETE', '/gone/copy', 404],
  ['write-manifest', 'PUT', '/gone/manifest', 404, { boxes: 'none' }],
  ['get-manifest', 'GET', '/gone/manifest', 404],
]

const message = (body: unknown) => ({
  Records: [{ messageId: 'bench', receiptHandle: 'bench', body: JSON.stringify(body), eventSource: 'aws:sqs' }],
})

const GONE = { batch: 'gone', batchId: 'gone' }
const CHUNK = { job: 'copy-images', subject: GONE, round: 1, chunk: 0, requestId: 'bench' }

/** Calls for resources that do not exist. Most of them read from S3; none writes. */
export const FIRST_CALLS: readonly FirstCall[] = [
  { file: 'functions/not-found.ts', event: request('GET', '/nothing'), expected: 404 },
  { file: 'functions/health.ts', event: request('GET', '/health'), expected: 200 },
  ...DATASET_CALLS.map(([name, method, path, expected, body]) => ({
    file: `functions/datasets/${name}.ts`,
    event: request(method, `/v1/datasets${path}`, path === '' ? {} : { dataset: 'gone' }, body),
    expected,
  })),
  ...BATCH_CALLS.map(([name, method, path, expected, body]) => ({
    file: `functions/batches/${name}.ts`,
    event: request(method, `/v1/batches${path}`, path === '' ? {} : { batch: 'gone' }, body),
    expected,
  })),
  { file: 'functions/workers/run-chunk.ts', event: message(CHUNK), expected: 'done' },
  {
    file: 'functions/workers/run-task.ts',
    event: message({ task: 'run-batch', ...GONE, requestId: 'bench' }),
    expected: 'done',
  },
  { file: 'functions/workers/dead-letter.ts', event: message(CHUNK), expected: 'done' },
]

/** Serializes an event and its context for a file. */
export const callText = (event: unknown): string => JSON.stringify({ event, context: lambdaContext('bench', 29_000) })

/** Returns whether the answer is the expected one. Pure. */
export function isExpected(answer: unknown, expected: FirstCall['expected']): boolean {
  const { statusCode, batchItemFailures } = answer as { statusCode?: number; batchItemFailures?: unknown[] }
  return expected === 'done' ? batchItemFailures?.length === 0 : statusCode === expected
}
