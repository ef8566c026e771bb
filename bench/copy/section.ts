import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLASS_FILES, importDataset, selectBatch } from '../api-calls.ts'
import { startNode } from '../child.ts'
import { TIRE } from '../data/shares.ts'
import { type FunctionSummary, MEMORY_MEGABYTES, summarizeCalls } from '../function-report.ts'
import type { Options } from '../options.ts'
import type { Row, Section } from '../report.ts'
import { RUN_CHUNK, type RunningFunctions, withFunctions } from '../running-functions.ts'
import type { RequestCounts } from '../servers.ts'
import { roundTo } from '../statistics.ts'
import { type RunningServers, SOURCE_BUCKET, WORKING_BUCKET, withServers } from '../with-servers.ts'
import { putImages } from './put-images.ts'

const IMAGES = 5000
const QUICK_IMAGES = 200
const IMAGE_BYTES = 10_000

/** A simulated network latency of S3. */
interface Latency {
  readonly where: string
  /** Delay per direction. */
  readonly delayMilliseconds: number
  /** Number of images for the sequential copy. */
  readonly oneByOneImages: number
}
const LOCAL: Latency = { where: 'here', delayMilliseconds: 0, oneByOneImages: 1000 }
/** Like a function and S3 in one region: some milliseconds per direction, and about the same for the copy itself. */
const REMOTE: Latency = { where: 'far', delayMilliseconds: 15, oneByOneImages: 100 }
const CONCURRENCY = 8
const TIMEOUT_SECONDS = 300
const DATASET = 'copied'
const BATCH = 'copied'

interface CopyResult {
  readonly seconds: number
  readonly progress: Record<string, unknown>
  readonly requests: RequestCounts
  readonly chunks: FunctionSummary | undefined
}

/** The results with one latency. */
interface Setting {
  readonly where: string
  readonly ours: CopyResult
  /** Images per second. */
  readonly sequential: number
  readonly cli: number | undefined
}

/** Compares copying a batch with copying sequentially and with the AWS CLI. */
export async function copySection({ quick }: Options): Promise<Section> {
  const images = quick ? QUICK_IMAGES : IMAGES
  const imageIds = Array.from({ length: images }, (_, number) => (number * 1_000_003).toString(16).padStart(16, '0'))
  const folder = await mkdtemp(join(tmpdir(), 'groundwork-bench-copy-'))
  try {
    const boxes = join(folder, 'boxes.csv')
    await writeFile(boxes, renderBoxes(imageIds))
    const files = { ...CLASS_FILES, 'boxes.csv': boxes }
    const measure = (setting: Latency) => withServers((servers) => measureSetting(servers, imageIds, setting), files)
    return toSection(images, [await measure(LOCAL), await measure(REMOTE)])
  } finally {
    await rm(folder, { recursive: true })
  }
}

/**
 * Measures our copy between two sequential runs, and the AWS CLI. Each setting has its own servers, because a message may
 * be delivered to a worker that was just stopped, and is redelivered only after its visibility timeout.
 */
async function measureSetting(
  here: RunningServers,
  imageIds: readonly string[],
  { where, oneByOneImages, delayMilliseconds }: Latency,
): Promise<Setting> {
  await putImages(here.s3, imageIds, IMAGE_BYTES)
  const s3 = delayMilliseconds === 0 ? here.s3 : await here.addLatency(delayMilliseconds)
  const servers = { ...here, s3, environment: { ...here.environment, AWS_ENDPOINT_URL_S3: s3 } }
  const child = startNode(['bench/copy/one-by-one.ts'], servers.environment)
  const oneByOne = async () => {
    const some = imageIds.slice(0, oneByOneImages)
    const { milliseconds } = await child.run({ endpoint: servers.s3, imageIds: some })
    return some.length / (milliseconds / 1000)
  }
  try {
    await oneByOne()
    const before = await oneByOne()
    const ours = await withFunctions(servers, { concurrency: CONCURRENCY }, (functions) =>
      copyAll(functions, servers, imageIds.length),
    )
    return { where, ours, sequential: (before + (await oneByOne())) / 2, cli: measureAwsCli(servers) }
  } finally {
    await child.stop()
  }
}

async function copyAll(functions: RunningFunctions, servers: RunningServers, images: number): Promise<CopyResult> {
  await importDataset(functions, DATASET, servers.web, `s3://${SOURCE_BUCKET}/copy/{imageId}.jpg`, TIMEOUT_SECONDS)
  const tires = { dataset: DATASET, classNames: ['Tire'], examplesPerClass: images }
  await selectBatch(functions, BATCH, tires, TIMEOUT_SECONDS)
  await functions.reports()
  await servers.countRequests()
  const path = `/v1/batches/${BATCH}/copy`
  const params = { batch: BATCH }
  const started = performance.now()
  await functions.call({ file: 'functions/batches/start-copy.ts', method: 'POST', path, params })
  const progress = await functions.until(
    { file: 'functions/batches/get-copy.ts', method: 'GET', path, params },
    ({ state }) => state !== 'queued' && state !== 'copying',
    TIMEOUT_SECONDS,
  )
  const seconds = (performance.now() - started) / 1000
  const requests = await servers.countRequests()
  return {
    seconds,
    progress,
    requests,
    chunks: summarizeCalls((await functions.reports()).get(RUN_CHUNK) ?? [], MEMORY_MEGABYTES.worker),
  }
}

/** Returns the images per second of the AWS CLI, if installed. It lists the images, then copies ten at a time. */
function measureAwsCli({ s3, environment }: RunningServers): number | undefined {
  const env = { ...environment, AWS_DEFAULT_REGION: 'us-east-1' }
  const folder = `s3://${WORKING_BUCKET}/by-command/`
  const aws = (...args: string[]) => spawnSync('aws', ['s3', ...args, '--endpoint-url', s3], { env, encoding: 'utf8' })
  if (spawnSync('aws', ['--version'], { env }).status !== 0) return undefined
  const started = performance.now()
  if (aws('cp', '--recursive', '--quiet', `s3://${SOURCE_BUCKET}/copy/`, folder).status !== 0) return undefined
  const seconds = (performance.now() - started) / 1000
  return aws('ls', folder).stdout.trim().split('\n').length / seconds
}

function toSection(images: number, settings: readonly Setting[]): Section {
  const failures = settings.flatMap(({ where, ours: { progress } }) =>
    progress.copied === images ? [] : [`${where}: ${progress.copied} of ${images} images were copied`],
  )
  const [kinds] = settings.map(({ ours: { requests } }) => Object.entries(requests.s3))
  return {
    section: 'copy',
    title: `${images.toLocaleString('en-US')} images of ${IMAGE_BYTES / 1000} KB, from bucket to bucket`,
    rows: settings.flatMap((setting) => toRows(images, setting)),
    notes: [
      `times: images per second relative to the sequential copy; far: each request takes ${REMOTE.delayMilliseconds * 2} ms longer`,
      `S3 requests by kind: ${kinds?.map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
      'ours also reads each source’s metadata and size in pixels, and writes and counts receipts',
      ...(settings.some(({ cli }) => cli === undefined) ? ['the AWS CLI is not installed and was skipped'] : []),
    ],
    failures,
  }
}

function toRows(images: number, { where, ours: { seconds, requests, chunks }, sequential, cli }: Setting): Row[] {
  const s3Requests = Object.values(requests.s3).reduce((sum, count) => sum + count, 0)
  const row = (who: string, imagesPerSecond: number): Row => ({
    'S3 is': where,
    who,
    times: roundTo(imagesPerSecond / sequential),
    'images/s': roundTo(imagesPerSecond),
  })
  const ours = {
    ...row(`ours, ${CONCURRENCY} chunks at a time`, images / seconds),
    s: roundTo(seconds),
    'S3 requests an image': roundTo(s3Requests / images),
    'SQS requests': requests.sqs,
    chunks: chunks?.calls,
    'longest chunk ms': chunks?.longestMilliseconds,
    'peak MB': chunks?.peakMegabytes,
  }
  const others = cli === undefined ? [] : [row('aws s3 cp --recursive', cli)]
  return [row('one by one, SDK', sequential), ours, ...others]
}

const renderBoxes = (imageIds: readonly string[]): string =>
  [
    'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax',
    ...imageIds.map((id) => `${id},xclick,${TIRE},1,0.1,0.2,0.3,0.4`),
  ]
    .join('\n')
    .concat('\n')
