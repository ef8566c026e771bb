import { lambdaContext } from '../../local/lambda-context.ts'

/** A first call of a function that is real, and changes nothing. */
export interface FirstCall {
  readonly file: string
  readonly event: unknown
  /** What shows that the call did its work: a status, or the answer of a worker. */
  readonly expected: number | 'done'
}

const request = (method: string, path: string, pathParameters: Record<string, string> = {}) => ({
  version: '2.0',
  routeKey: `${method} ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: { host: 'localhost' },
  pathParameters,
  requestContext: { requestId: 'bench', http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' } },
  isBase64Encoded: false,
})

const message = (body: unknown) => ({
  Records: [{ messageId: 'bench', receiptHandle: 'bench', body: JSON.stringify(body), eventSource: 'aws:sqs' }],
})

const GONE = { batch: 'gone', batchId: 'gone' }
const CHUNK = { work: 'copy-images', subject: GONE, round: 1, chunk: 0, requestId: 'bench' }

/** What reads S3, and what does not; the workers look for a batch that is gone. */
export const FIRST_CALLS: readonly FirstCall[] = [
  { file: 'functions/not-found.ts', event: request('GET', '/nothing'), expected: 404 },
  { file: 'functions/health.ts', event: request('GET', '/health'), expected: 200 },
  { file: 'functions/datasets/list.ts', event: request('GET', '/v1/datasets'), expected: 200 },
  { file: 'functions/batches/get.ts', event: request('GET', '/v1/batches/gone', { batch: 'gone' }), expected: 404 },
  { file: 'functions/batches/create.ts', event: request('PUT', '/v1/batches/b', { batch: 'b' }), expected: 400 },
  { file: 'functions/workers/run-chunk.ts', event: message(CHUNK), expected: 'done' },
  {
    file: 'functions/workers/run-task.ts',
    event: message({ task: 'select-batch', ...GONE, requestId: 'bench' }),
    expected: 'done',
  },
  { file: 'functions/workers/give-up.ts', event: message(CHUNK), expected: 'done' },
]

/** The event with a context, as one file. */
export const callText = (event: unknown): string => JSON.stringify({ event, context: lambdaContext('bench', 29_000) })

/** Whether the answer is the one expected. Pure. */
export function isExpected(answer: unknown, expected: FirstCall['expected']): boolean {
  const { statusCode, batchItemFailures } = answer as { statusCode?: number; batchItemFailures?: unknown[] }
  return expected === 'done' ? batchItemFailures?.length === 0 : statusCode === expected
}
