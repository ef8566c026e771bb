import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { externalServers } from '../../local/external/servers.ts'
import { IMAGE_BUCKET, SAMPLE_BUCKET } from '../../local/sample-data/sample.ts'
import { type Stack, startStack } from '../../local/stack.ts'
import { BatchView } from '../../shared/contracts/batch.ts'
import { AnnotationItem } from '../../shared/manifests/output/annotations.ts'
import { type Api, createApi } from '../demo/api.ts'
import { type DemoSummary, runDemo } from '../demo/demo.ts'
import type { Story } from '../demo/story.ts'
import { listKeys, removeBucket, removeQueues } from './clean-up.ts'

/** What a whole job gave, apart from times: the same on every server. */
interface Outcome extends DemoSummary {
  /** Recipe of each batch. */
  readonly recipes: readonly unknown[]
  readonly annotations: readonly unknown[]
  /** Keys of the batches that are left after their deletion. */
  readonly left: readonly string[]
}

const QUEUE_PREFIX = `${process.env.GROUNDWORK_BUCKET}-`
const SAMPLE_BUCKETS = [SAMPLE_BUCKET, IMAGE_BUCKET]
const PACE = { objectsPerStep: 1, milliseconds: 50 }

const SILENT: Story = {
  step: () => {},
  say: () => {},
  command: () => {},
  table: () => {},
  progress: () => ({ at: () => {}, end: () => {} }),
}

async function doJob(stack: Stack): Promise<Outcome> {
  const summary = await runDemo(stack, SILENT, undefined)
  const api = createApi(stack, SILENT)
  const names = summary.batches.map(({ batch }) => batch)
  const read = async (name: string) => {
    const { recipe, imageCount, boxCount } = await readBatch(api, name)
    return { recipe, imageCount, boxCount }
  }
  const recipes = await Promise.all(names.map(read))
  const annotations = await readAnnotations(api, summary.labelingJob.job)
  for (const name of names) await api.text({ method: 'DELETE', path: `/v1/batches/${name}` }, 204)
  const keys = await Promise.all(names.map((name) => listKeys(stack.s3, stack.bucket, `data/${name}/`)))
  const labelingJob = { ...summary.labelingJob, boxes: Math.min(1, summary.labelingJob.boxes) }
  return { ...summary, labelingJob, recipes, annotations, left: keys.flat() }
}

const readBatch = (api: Api, name: string) => api.json({ method: 'GET', path: `/v1/batches/${name}` }, 200, BatchView)

async function readAnnotations(api: Api, job: string): Promise<unknown[]> {
  const path = `/v1/labeling-jobs/${job}/annotations?limit=1000`
  const { items } = await api.json({ method: 'GET', path }, 200, z.object({ items: z.array(AnnotationItem) }))
  // People have other pseudonyms on each server, and answer at the same time, in another order.
  return items.map((item) => ({
    ...item,
    createdAt: undefined,
    ...(item.outcome === 'labeled' && { boxes: item.boxes.length > 0, opinions: item.opinions?.length }),
  }))
}

/**
 * Does a whole job on the servers that the environment names, or on the embedded ones, and removes everything that it put
 * there. Prints one line of JSON. A process of its own, as a process can start only one stack.
 */
async function main(directory: string): Promise<void> {
  const external = externalServers(process.env)
  const onLog = (message: string, error: unknown = ''): void => console.error(message, error)
  const stack = await startStack({ directory, queuePrefix: QUEUE_PREFIX, labeling: { pace: PACE }, onLog })
  try {
    console.log(JSON.stringify(await doJob(stack)))
  } finally {
    await stack.stop()
    if (external.sqs) await removeQueues(stack.sqs, QUEUE_PREFIX)
    if (external.s3) for (const bucket of [stack.bucket, ...SAMPLE_BUCKETS]) await removeBucket(stack.s3, bucket)
  }
}

const directory = await mkdtemp(join(tmpdir(), 'groundwork-job-'))
try {
  await main(directory)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await rm(directory, { recursive: true, force: true, maxRetries: 3 })
}
process.exit()
