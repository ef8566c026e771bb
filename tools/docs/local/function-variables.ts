import * as z from 'zod'
import { functionEnvironment } from '../../../local/environment.ts'
import { Environment } from '../../../shared/platform/config.ts'
import { code, table } from '../markdown.ts'

const DESCRIPTIONS: Readonly<Record<keyof z.infer<typeof Environment>, string>> = {
  AWS_REGION: 'Region of the bucket, the queues and the labeling service',
  GROUNDWORK_BUCKET: 'The working bucket',
  GROUNDWORK_DATA_PREFIX: 'Prefix of datasets and batches in the bucket',
  GROUNDWORK_SOURCE_BUCKETS: 'Buckets that may be read besides the working bucket, separated by commas, or `*`',
  GROUNDWORK_TASKS_QUEUE_URL: 'Queue of single tasks',
  GROUNDWORK_CHUNKS_QUEUE_URL: 'Queue of the chunks of rounds',
  GROUNDWORK_TEST_IMAGES_QUEUE_URL: 'Queue of test images to download',
  GROUNDWORK_EVENTS_QUEUE_URL: 'Queue of domain events',
  GROUNDWORK_DELIVERIES_QUEUE_URL: 'Queue of webhook deliveries',
  GROUNDWORK_API_URL: 'Address of the API, for links; without it, links are paths',
  AWS_ENDPOINT_URL_S3: 'Address of the S3 server, where it is not S3: web pages may load images from there',
  GROUNDWORK_COPIES_IN_FLIGHT: 'Images that one worker copies at the same time',
  GROUNDWORK_ACCOUNT: 'The AWS account, 12 digits',
  GROUNDWORK_LABELING_ROLES: 'ARNs of the roles that labeling jobs may use; the first is the default',
  GROUNDWORK_ALLOW_LOOPBACK: 'Whether outbound requests may go to this machine, over plain http too',
  GROUNDWORK_S3_WORKAROUNDS:
    'On one machine only: what an S3 server needs that ignores conditions. `look-before-copy`, `look-before-complete`, `delete-one-by-one`',
  GROUNDWORK_LOCAL_KEYS: 'On one machine only: the keys of the embedded servers, `ID:SECRET`',
  GROUNDWORK_LOCAL_SERVICES: 'On one machine only: the services that take those keys: `s3`, `sqs`, `sagemaker`',
  GROUNDWORK_METRICS_NAMESPACE: 'CloudWatch namespace of the metrics; without it, nothing is measured',
  GROUNDWORK_AUTHORIZATION: 'How callers are authenticated: `token` or `iam`',
  GROUNDWORK_CORS_ORIGINS: 'Origins whose web pages may call the API, separated by commas, or `*`',
  GROUNDWORK_PAGES:
    'Whether the deployment has web pages and the API documentation: `on` or `off`; for the messages about unknown paths',
  GROUNDWORK_VERSION: 'Version reported by `GET /health`',
}

/** Variables that the local stack sets before any function is loaded. */
const SET_EARLIER = [
  'AWS_REGION',
  'GROUNDWORK_API_URL',
  'GROUNDWORK_LOCAL_KEYS',
  'GROUNDWORK_LOCAL_SERVICES',
  'GROUNDWORK_S3_WORKAROUNDS',
]

/** Writes a table of the variables that the functions themselves read, and who sets them on one machine. Pure. */
export function writeFunctionVariables(): string {
  const queues = { tasks: '', chunks: '', 'test-images': '', events: '', deliveries: '', 'dead-letter': '' }
  const local = functionEnvironment({ s3: '', sqs: '' }, '', queues)
  const rows = Object.entries(Environment.shape).map(([name, schema]) => [
    code(name),
    // The keys of the shape are those of what it parses.
    DESCRIPTIONS[name as keyof typeof DESCRIPTIONS],
    describeFallback(schema),
    name in local || SET_EARLIER.includes(name) ? 'set' : 'passed through',
  ])
  return table(['Variable', 'Description', 'Default', '`npm run dev`'], rows)
}

/** The default as a variable would state it: lists are separated by commas. */
function describeFallback(schema: z.ZodType): string {
  if (!(schema instanceof z.ZodDefault)) return schema.safeParse(undefined).success ? '' : '**required**'
  const value: unknown = schema.parse(undefined)
  const text = Array.isArray(value) ? value.join(',') : String(value)
  return text === '' ? '' : code(text)
}
