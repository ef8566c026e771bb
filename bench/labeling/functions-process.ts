import pLimit from 'p-limit'
import { startGateway } from '../../local/gateway/gateway.ts'
import type { EndpointFunction } from '../../local/gateway/route-table.ts'
import type { Running } from '../../local/running.ts'
import { describeWork } from '../../shared/labeling/engine/describe-work.ts'
import { startWatching } from '../../shared/labeling/engine/start-watching.ts'
import { requestStop } from '../../shared/labeling/engine/stop.ts'
import { findWork } from '../../shared/labeling/engine/work.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { s3Client } from '../../shared/platform/aws/object-ports.ts'
import { s3Objects } from '../../shared/platform/aws/s3-objects.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { lambda } from '../../shared/platform/http/route.ts'
import { drain } from '../../test/support/broker/drain.ts'
import { closedWork } from '../../test/support/fixtures/closed-work.ts'
import { hire } from '../../test/support/fixtures/workers.ts'
import { type MemoryPorts, memoryPorts } from '../../test/support/world/ports.ts'
import { emptyWorld } from '../../test/support/world/world.ts'
import { serveJobs } from '../serve-jobs.ts'
import { type FinishedJob, type FunctionsJob, JOB, type OpenedJob, TIME_HEADER } from './jobs.ts'

const MONTH_MILLISECONDS = 30 * 86_400_000
/** How often messages are delivered, in simulated time. */
const DELIVERY_MILLISECONDS = 15_000
const IN_FLIGHT = 8
const WRITES_IN_FLIGHT = 32

// The functions of workers and the consumers of queues. S3 is in another process, queues are in this one, and time is what
// the people say.
const [{ endpoint: nextTasks }, { endpoint: submitAnswer }, { endpoint: renewBlock }, { endpoint: listJobs }, session] =
  await Promise.all([
    import('../../functions/me/next-tasks.ts'),
    import('../../functions/me/submit-answer.ts'),
    import('../../functions/me/renew-block.ts'),
    import('../../functions/me/list-jobs.ts'),
    import('../../functions/me/open-session.ts'),
  ])

const aws = awsPorts('bench')
const client = s3Client(aws.config)
const world = emptyWorld()
world.now = new Date()
let gateway: Running | undefined
let delivered = world.now.getTime()
let delivering: Promise<unknown> = Promise.resolve()

/** Ports of one function. Each has an object store of its own, as what functions know is kept by object store. */
const portsOfFunction = (): MemoryPorts =>
  memoryPorts({
    ...aws,
    world,
    objects: s3Objects(client, aws.config.bucket),
    messages: memoryPorts({ world, config: aws.config }).messages,
    now: () => new Date(world.now),
  })

function toFunction(endpoint: Endpoint): EndpointFunction {
  const ports = portsOfFunction()
  const handler = lambda(endpoint, () => ports)
  return {
    name: endpoint.operationId,
    endpoint,
    handler: (event, context) => {
      advanceTo(Number(event.headers[TIME_HEADER]))
      return handler(event, context)
    },
  }
}

const consumers = portsOfFunction()

/** Advances the clock, and delivers the messages that are due beside the calls. */
function advanceTo(now: number): void {
  world.now = new Date(Math.max(now, world.now.getTime()))
  if (now - delivered < DELIVERY_MILLISECONDS) return
  delivered = now
  delivering = delivering.then(() => drain(consumers, { until: new Date(now), withChecks: true, inFlight: IN_FLIGHT }))
}

await serveJobs<FunctionsJob>(async (job) => {
  if (job.do === 'open') return await open(job)
  return job.do === 'deliver' ? await deliver() : await describe()
})
await gateway?.stop()
process.exit()

async function open({ images, workersPerObject, people }: FunctionsJob & { do: 'open' }): Promise<OpenedJob> {
  const start = world.now.getTime()
  const work = closedWork(world, {
    lines: Array.from({ length: images }, () => ({})),
    because: null,
    bucket: aws.config.bucket,
    createdAt: world.now.toISOString(),
    deadline: new Date(start + MONTH_MILLISECONDS).toISOString(),
    workersPerObject,
  })
  await storeWorld()
  await startWatching(work, consumers)
  const secrets: string[] = []
  for (let person = 1; person <= people; person++) secrets.push(await hire(consumers, `person-${person}`))
  const endpoints: readonly Endpoint<never>[] = [nextTasks, submitAnswer, renewBlock, listJobs, session.endpoint]
  gateway = await startGateway({ endpoints: endpoints.map((each) => toFunction(each as Endpoint)), port: 0 })
  return { api: gateway.url, secrets, start }
}

/** Moves the objects of the world to S3. */
async function storeWorld(): Promise<void> {
  const limit = pLimit(WRITES_IN_FLIGHT)
  const prefix = `s3://${aws.config.bucket}/`
  const put = async ([uri, { bytes }]: [string, { readonly bytes: Uint8Array }]) => {
    await consumers.objects.put(uri.slice(prefix.length), bytes)
  }
  await Promise.all([...world.stored].map((each) => limit(put, each)))
  world.stored.clear()
}

/**
 * Delivers all messages that are left. The owner stops a job of which nothing is left for anybody: where as many people
 * label as an image needs opinions, one that somebody has declined waits for others until the deadline.
 */
async function deliver(): Promise<void> {
  await delivering
  await drain(consumers, { until: new Date(world.now), inFlight: IN_FLIGHT })
  if (!(await findWork(JOB, consumers))?.value.end) await requestStop(JOB, consumers)
  await drain(consumers, { inFlight: IN_FLIGHT })
}

async function describe(): Promise<FinishedJob> {
  const [work, job] = await Promise.all([findWork(JOB, consumers), describeWork(JOB, consumers)])
  return {
    because: work?.value.end?.status ?? 'not ended',
    opinions: job?.progress?.opinions?.given ?? 0,
    labeled: job?.counters?.labeled ?? 0,
  }
}
