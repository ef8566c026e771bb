import { checkDelay, messageBody, planMessageBatches } from '../../../shared/platform/aws/message-batches.ts'
import { type Config, readConfig } from '../../../shared/platform/config.ts'
import type { Log, Messages, Metrics, Ports } from '../../../shared/platform/ports.ts'
import type { Bucket } from '../../../shared/platform/storage/ports.ts'
import { perform } from './call.ts'
import { memoryCopier } from './copier.ts'
import { memoryDownloads } from './downloads.ts'
import { memoryFiles } from './files.ts'
import { memoryLabeler, memoryWorkteams } from './labeler.ts'
import { memoryObjects } from './objects.ts'
import { memoryReceivers } from './receivers.ts'
import { memoryUploads } from './uploads.ts'
import { emptyWorld, type World } from './world.ts'

/** Ports over a world in memory, and the world itself. */
export interface MemoryPorts extends Ports {
  readonly world: World
}

/** Returns the configuration of a deployment: bucket `work`, source buckets `open-images-dataset` and `other`. */
export const testConfig = (changes: Partial<Config> = {}): Config => ({
  ...readConfig({
    AWS_REGION: 'us-east-1',
    GROUNDWORK_ACCOUNT: '123456789012',
    GROUNDWORK_LABELING_ROLES: 'arn:aws:iam::123456789012:role/groundwork-labeling',
    GROUNDWORK_BUCKET: 'work',
    GROUNDWORK_SOURCE_BUCKETS: 'open-images-dataset,other',
    GROUNDWORK_TASKS_QUEUE_URL: 'http://127.0.0.1/tasks',
    GROUNDWORK_CHUNKS_QUEUE_URL: 'http://127.0.0.1/chunks',
    GROUNDWORK_TEST_IMAGES_QUEUE_URL: 'http://127.0.0.1/test-images',
    GROUNDWORK_EVENTS_QUEUE_URL: 'http://127.0.0.1/events',
    GROUNDWORK_DELIVERIES_QUEUE_URL: 'http://127.0.0.1/deliveries',
  }),
  ...changes,
})

/**
 * Returns ports that behave as the real adapters do, in memory: both pass the suites in `test/contract`. Put objects into
 * `world.stored`, set `world.now`, inject failures with `world.fault`, count `world.calls`, read `world.sent`.
 *
 * @param overrides replaces single ports; ports with the same `world` share it, as two functions share one bucket
 */
export function memoryPorts(overrides: Partial<MemoryPorts> = {}): MemoryPorts {
  const { world = emptyWorld(), config = testConfig() } = overrides
  return {
    world,
    config,
    objects: memoryObjects(world, config.bucket),
    uploads: memoryUploads(world, config.bucket),
    files: memoryFiles(world, config),
    downloads: memoryDownloads(world, config),
    copier: memoryCopier(world, config.bucket),
    messages: memoryMessages(world, config),
    receivers: memoryReceivers(world, config),
    bucket: memoryBucket(world, config),
    labeler: memoryLabeler(world, config),
    workteams: memoryWorkteams(world),
    log: memoryLog(world),
    metrics: memoryMetrics(world),
    requestId: 'request-1',
    now: () => new Date(world.now),
    newId: () => {
      world.ids += 1
      return `id${String(world.ids).padStart(14, '0')}`
    },
    ...overrides,
  }
}

const memoryMessages = (world: World, config: Config): Messages => ({
  send: async (queue, messages, delaySeconds = 0) => {
    if (config.queueUrls[queue] === undefined) throw new Error(`The queue "${queue}" has no URL`)
    const delay = checkDelay(delaySeconds)
    const bodies = messages.map(messageBody)
    const requests = planMessageBatches(bodies).length
    if (requests === 0) return
    await perform(world, { port: 'messages', method: 'send', key: queue, requests }, () => {
      const sent = bodies.map((body): unknown => JSON.parse(body))
      world.sent[queue].push(...sent)
      if (delay > 0) for (const message of sent) world.delays.set(message, delay)
    })
  },
})

const memoryBucket = (world: World, { bucket, region }: Config): Bucket => ({
  region: () => perform(world, { port: 'bucket', method: 'region', key: bucket }, () => region),
  link: (key, seconds, from = world.now) =>
    perform(world, { port: 'bucket', method: 'link', key, requests: 0 }, () => {
      const signed = `X-Amz-Date=${from.toISOString().replace(/[-:]|\.\d+/g, '')}&X-Amz-Expires=${seconds}`
      return `https://${bucket}.s3.${region}.amazonaws.com/${encodeURI(key)}?${signed}`
    }),
  corsRules: () => perform(world, { port: 'bucket', method: 'corsRules', key: bucket }, () => world.corsRules),
  setCorsRules: (rules) =>
    perform(world, { port: 'bucket', method: 'setCorsRules', key: bucket }, () => {
      world.corsRules = rules
    }),
})

const memoryLog = ({ logged }: World): Log => ({
  info: (event, fields = {}) => void logged.push({ level: 'info', event, fields }),
  warn: (event, fields = {}) => void logged.push({ level: 'warn', event, fields }),
  error: (event, fields = {}) => void logged.push({ level: 'error', event, fields }),
})

const memoryMetrics = ({ measured }: World): Metrics => ({
  record: (values, dimensions = {}) => {
    const counted = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0))
    if (Object.keys(counted).length > 0) measured.push({ values: counted, dimensions })
  },
})
