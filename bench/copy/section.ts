import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLASS_FILES, importDataset, selectBatch } from '../api-calls.ts'
import { startNode } from '../child.ts'
import { TIRE } from '../data/shares.ts'
import { type FunctionSummary, MEMORY, summaryOf } from '../function-report.ts'
import { type FunctionsAtWork, RUN_CHUNK, withFunctions } from '../functions-at-work.ts'
import type { Options } from '../options.ts'
import type { Row, Section } from '../report.ts'
import type { Asked } from '../servers.ts'
import { rounded } from '../statistics.ts'
import { type RunningServers, SOURCE_BUCKET, WORKING_BUCKET, withServers } from '../with-servers.ts'
import { putImages } from './put-images.ts'

const IMAGES = 5000
const QUICK_IMAGES = 200
const IMAGE_BYTES = 10_000

/** How far away S3 is. */
interface Where {
  readonly where: string
  /** Milliseconds each way. */
  readonly away: number
  /** How many images one by one are enough. */
  readonly few: number
}
const HERE: Where = { where: 'here', away: 0, few: 1000 }
/** As a function and S3 in one region: some milliseconds each way, and S3 takes as long again for a copy. */
const FAR: Where = { where: 'far', away: 15, few: 100 }
const CONCURRENCY = 8
const PATIENCE_SECONDS = 300
const DATASET = 'copied'
const BATCH = 'copied'

interface Copied {
  readonly seconds: number
  readonly progress: Record<string, unknown>
  readonly asked: Asked
  readonly chunks: FunctionSummary | undefined
}

/** Ours and its peers, with S3 as far away as it is in this setting. */
interface Setting {
  readonly where: string
  readonly ours: Copied
  /** Images in a second. */
  readonly sequential: number
  readonly cli: number | undefined
}

/** Copying a batch's images from bucket to bucket, beside doing it one by one. */
export async function copySection({ quick }: Options): Promise<Section> {
  const images = quick ? QUICK_IMAGES : IMAGES
  const imageIds = Array.from({ length: images }, (_, number) => (number * 1_000_003).toString(16).padStart(16, '0'))
  const folder = await mkdtemp(join(tmpdir(), 'groundwork-bench-copy-'))
  try {
    const boxes = join(folder, 'boxes.csv')
    await writeFile(boxes, boxesOf(imageIds))
    const files = { ...CLASS_FILES, 'boxes.csv': boxes }
    const measure = (setting: Where) => withServers((servers) => fromThere(servers, imageIds, setting), files)
    return sectionOf(images, [await measure(HERE), await measure(FAR)])
  } finally {
    await rm(folder, { recursive: true })
  }
}

/**
 * Ours, between two runs of one by one, and the command line. Each setting has servers of its own: a message can go to
 * a worker that has just been stopped, and comes again only when that one's time is over.
 */
async function fromThere(
  here: RunningServers,
  imageIds: readonly string[],
  { where, few, away }: Where,
): Promise<Setting> {
  await putImages(here.s3, imageIds, IMAGE_BYTES)
  const s3 = away === 0 ? here.s3 : await here.fartherAway(away)
  const servers = { ...here, s3, environment: { ...here.environment, AWS_ENDPOINT_URL_S3: s3 } }
  const child = startNode(['bench/copy/one-by-one.ts'], servers.environment)
  const oneByOne = async () => {
    const some = imageIds.slice(0, few)
    const { milliseconds } = await child.run({ endpoint: servers.s3, imageIds: some })
    return some.length / (milliseconds / 1000)
  }
  try {
    await oneByOne()
    const before = await oneByOne()
    const ours = await withFunctions(servers, { concurrency: CONCURRENCY }, (functions) =>
      copyAll(functions, servers, imageIds.length),
    )
    return { where, ours, sequential: (before + (await oneByOne())) / 2, cli: commandLine(servers) }
  } finally {
    await child.stop()
  }
}

async function copyAll(functions: FunctionsAtWork, servers: RunningServers, images: number): Promise<Copied> {
  await importDataset(functions, DATASET, servers.web, `s3://${SOURCE_BUCKET}/copy/{imageId}.jpg`, PATIENCE_SECONDS)
  const tires = { dataset: DATASET, classNames: ['Tire'], examplesPerClass: images }
  await selectBatch(functions, BATCH, tires, PATIENCE_SECONDS)
  await functions.reports()
  await servers.asked()
  const path = `/v1/batches/${BATCH}/copy`
  const params = { batch: BATCH }
  const started = performance.now()
  await functions.call({ file: 'functions/batches/start-copy.ts', method: 'POST', path, params })
  const progress = await functions.until(
    { file: 'functions/batches/get-copy.ts', method: 'GET', path, params },
    ({ state }) => state !== 'queued' && state !== 'copying',
    PATIENCE_SECONDS,
  )
  const seconds = (performance.now() - started) / 1000
  const asked = await servers.asked()
  return {
    seconds,
    progress,
    asked,
    chunks: summaryOf((await functions.reports()).get(RUN_CHUNK) ?? [], MEMORY.worker),
  }
}

/** Images in a second by the AWS command line, where it is installed: it lists them, then copies ten at a time. */
function commandLine({ s3, environment }: RunningServers): number | undefined {
  const env = { ...environment, AWS_DEFAULT_REGION: 'us-east-1' }
  const folder = `s3://${WORKING_BUCKET}/by-command/`
  const aws = (...given: string[]) =>
    spawnSync('aws', ['s3', ...given, '--endpoint-url', s3], { env, encoding: 'utf8' })
  if (spawnSync('aws', ['--version'], { env }).status !== 0) return undefined
  const started = performance.now()
  if (aws('cp', '--recursive', '--quiet', `s3://${SOURCE_BUCKET}/copy/`, folder).status !== 0) return undefined
  const seconds = (performance.now() - started) / 1000
  return aws('ls', folder).stdout.trim().split('\n').length / seconds
}

function sectionOf(images: number, settings: readonly Setting[]): Section {
  const failures = settings.flatMap(({ where, ours: { progress } }) =>
    progress.copied === images ? [] : [`${where}: ${progress.copied} of ${images} images were copied`],
  )
  const [kinds] = settings.map(({ ours: { asked } }) => Object.entries(asked.s3))
  return {
    section: 'copy',
    title: `${images.toLocaleString('en-US')} images of ${IMAGE_BYTES / 1000} KB, from bucket to bucket`,
    rows: settings.flatMap((setting) => rowsOf(images, setting)),
    notes: [
      `times: how many more images in the same time than one after another; far: each request takes ${FAR.away * 2} ms more`,
      `S3 requests by kind: ${kinds?.map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
      'ours also describes each source, reads the size in pixels, writes receipts and counts them',
      ...(settings.some(({ cli }) => cli === undefined) ? ['aws is not installed: the command line is left out'] : []),
    ],
    failures,
  }
}

function rowsOf(images: number, { where, ours: { seconds, asked, chunks }, sequential, cli }: Setting): Row[] {
  const s3Requests = Object.values(asked.s3).reduce((sum, count) => sum + count, 0)
  const row = (who: string, imagesPerSecond: number): Row => ({
    'S3 is': where,
    who,
    times: rounded(imagesPerSecond / sequential),
    'images/s': rounded(imagesPerSecond),
  })
  const ours = {
    ...row(`ours, ${CONCURRENCY} chunks at a time`, images / seconds),
    s: rounded(seconds),
    'S3 requests an image': rounded(s3Requests / images),
    'SQS requests': asked.sqs,
    chunks: chunks?.calls,
    'longest chunk ms': chunks?.longestMilliseconds,
    'peak MB': chunks?.peakMegabytes,
  }
  const others = cli === undefined ? [] : [row('aws s3 cp --recursive', cli)]
  return [row('one by one, SDK', sequential), ours, ...others]
}

const boxesOf = (imageIds: readonly string[]): string =>
  [
    'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax',
    ...imageIds.map((id) => `${id},xclick,${TIRE},1,0.1,0.2,0.3,0.4`),
  ]
    .join('\n')
    .concat('\n')
