import { isFinalStatus } from '../../../shared/contracts/labeler.ts'
import { LabelingJobView } from '../../../shared/contracts/labeling-job.ts'
import { JobWorker } from '../../../shared/contracts/labeling-progress.ts'
import { pageSchema } from '../../../shared/contracts/page.ts'
import { WorkerView, WorkerWithLink } from '../../../shared/contracts/worker.ts'
import { AnnotationItem } from '../../../shared/manifests/output/annotations.ts'
import { setToken } from '../../../shared/platform/tokens/create.ts'
import { readBatchTruth } from '../../../tools/people/batch-truth.ts'
import type { KindName } from '../../../tools/people/kinds.ts'
import type { LedgerEntry, ResultAnswer } from '../../../tools/people/ledger.ts'
import { readResult, responsesFolder } from '../../../tools/people/result.ts'
import { type JobReport, type PersonWithAccess, runPeople } from '../../../tools/people/run-people.ts'
import type { ApiRequest } from '../../../tools/people/send.ts'
import { simulatedClock } from '../../../tools/people/simulated-clock.ts'
import { drain, drainEvents } from '../broker/drain.ts'
import { cats, petsPorts } from '../fixtures/pets.ts'
import { keysUnder, textAt } from '../world/bucket-contents.ts'
import type { MemoryPorts } from '../world/ports.ts'
import { inProcessSend } from './in-process-send.ts'
import { type PromptSend, watchWaits } from './watch-waits.ts'

const TOKEN = 'owner'
const RECEIVER = 'https://receiver.example/'
/** How often the owner looks at a job, and queues are emptied. */
const POLL_SECONDS = 60
/** A day. */
const MAX_POLLS = 1440

/** What the owner of a job sees when looking at it. */
export interface Poll {
  readonly job: LabelingJobView
  readonly workers: readonly JobWorker[]
  /** Events of the job that the webhook has got so far. */
  readonly events: readonly JobEvent[]
}

/** An event as the receiver of a webhook gets it. */
export interface JobEvent {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>> & { readonly job?: string }
}

/** What came of a job. */
export interface LabeledJob {
  readonly polls: readonly Poll[]
  /** The job as it has ended. */
  readonly view: LabelingJobView
  readonly reports: readonly JobReport[]
  readonly ledger: readonly LedgerEntry[]
  /** Names of the people by their pseudonyms. */
  readonly names: ReadonlyMap<string, string>
  /** Every answer in the result. */
  readonly result: readonly ResultAnswer[]
  /** Lines of the output manifest: as the API shows them, and as they are stored. */
  readonly annotations: readonly AnnotationItem[]
  readonly lines: readonly string[]
}

export interface LabelingProject {
  readonly ports: MemoryPorts
  readonly people: readonly PersonWithAccess[]
  /** Calls of `next` that came earlier than the reply before had allowed. */
  readonly early: PromptSend['early']
  /** Sends a request of the owner. @throws Error unless it succeeds */
  call(request: ApiRequest): Promise<unknown>
  /**
   * Creates a labeling job, and lets people work on it until it has ended, and nothing is left for them.
   */
  label(job: string, request: object, options?: LabelOptions): Promise<LabeledJob>
}

export interface LabelOptions {
  /** Who works on the job; everybody by default. */
  readonly people?: readonly PersonWithAccess[]
  /** Is called each time that the owner looks at the job. */
  onPoll?(poll: Poll): Promise<unknown>
}

const Annotations = pageSchema(AnnotationItem)
const Workers = pageSchema(JobWorker)

/**
 * Opens a project in memory: the API, the batch `b` of so many copied images with a cat each, a webhook for the ends of
 * jobs, and people who have a link. They and the API share a clock, which passes as fast as they work.
 */
export async function openProject(images: number, kinds: readonly KindName[]): Promise<LabelingProject> {
  const ports = await petsPorts(cats(images))
  const { world } = ports
  await setToken(TOKEN, 'owner', 'write', ports)
  const { send, early } = watchWaits(inProcessSend(ports), () => world.now)
  const call: LabelingProject['call'] = async (request) => {
    const { status, json } = await send({ token: TOKEN, ...request })
    if (status >= 300) throw new Error(`${request.method} ${request.path} answered ${status}: ${JSON.stringify(json)}`)
    return json
  }
  const get = (path: string): Promise<unknown> => call({ method: 'GET', path })
  const put = (path: string, body: object): Promise<unknown> => call({ method: 'PUT', path, body })

  world.receivers.set(RECEIVER, { status: 200 })
  const events = ['labeling-job.completed', 'labeling-job.failed', 'labeling-job.stopped']
  await put('/v1/webhooks/ends', { url: RECEIVER, events })
  await put('/v1/batches/b', { dataset: 'pets', classNames: ['Cat'], examplesPerClass: images })
  await call({ method: 'POST', path: '/v1/batches/b/copy' })
  await drain(ports)
  const people: PersonWithAccess[] = []
  const names = new Map<string, string>()
  for (const [index, kind] of kinds.entries()) {
    const name = `${kind}-${index}`
    const { link } = WorkerWithLink.parse(await put(`/v1/workers/${name}`, {}))
    people.push({ name, kind, seed: index + 1, access: { secret: link.split('#')[1] ?? '' } })
  }
  const truth = await readBatchTruth('b', TOKEN, send)
  const clock = simulatedClock(world.now.getTime(), (now) => {
    world.now = now
  })

  const eventsOf = (job: string): JobEvent[] =>
    world.received.map(({ body }): JobEvent => JSON.parse(body)).filter(({ data }) => data.job === job)

  const poll = async (job: string): Promise<Poll> => ({
    job: LabelingJobView.parse(await get(`/v1/labeling-jobs/${job}`)),
    workers: Workers.parse(await get(`/v1/labeling-jobs/${job}/workers`)).items,
    events: eventsOf(job),
  })

  const pollUntilOver = async (job: string, onPoll: (poll: Poll) => Promise<unknown>): Promise<Poll[]> => {
    const polls: Poll[] = []
    for (let isOver = false; !isOver; ) {
      if (polls.length === MAX_POLLS) throw new Error(`${job} does not end: ${JSON.stringify(polls.at(-1))}`)
      await clock.wait(POLL_SECONDS)
      // What was sent before this moment is done when the owner looks.
      await drain(ports, { until: world.now })
      await drainEvents(ports, { until: world.now })
      const seen = await poll(job)
      polls.push(seen)
      await onPoll(seen)
      isOver = isFinalStatus(seen.job.status)
    }
    return polls
  }

  const readNames = async (): Promise<void> => {
    for (const { name } of people)
      for (const id of WorkerView.parse(await get(`/v1/workers/${name}`)).workerIds) names.set(id, name)
  }

  const listAnnotations = async (job: string): Promise<AnnotationItem[]> => {
    const items: AnnotationItem[] = []
    let cursor: string | undefined
    do {
      const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = Annotations.parse(await get(`/v1/labeling-jobs/${job}/annotations?limit=1000${query}`))
      items.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== undefined)
    return items
  }

  const label: LabelingProject['label'] = async (job, request, options = {}) => {
    const { people: workers = people, onPoll = async () => {} } = options
    await put(`/v1/labeling-jobs/${job}`, { batch: 'b', ...request })
    const ledger: LedgerEntry[] = []
    const record = (entry: LedgerEntry): void => void ledger.push(entry)
    const settings = { send, clock, ledger: { record }, job, truth: () => truth, seed: 1 }
    const found: { polls: readonly Poll[]; reports: readonly JobReport[] } = { polls: [], reports: [] }
    await clock.together<void>([
      async () => {
        found.reports = await runPeople(workers, settings)
      },
      async () => {
        found.polls = await pollUntilOver(job, onPoll)
      },
    ])
    await readNames()
    const folder = responsesFolder('b', job)
    const files = keysUnder(world, folder).map((path) => [path, textAt(world, folder + path) ?? ''] as const)
    const manifest = textAt(world, `data/b/${job}/manifests/output/output.manifest`) ?? ''
    return {
      ...found,
      view: LabelingJobView.parse(await get(`/v1/labeling-jobs/${job}`)),
      ledger,
      names,
      result: readResult(files, names),
      annotations: await listAnnotations(job),
      lines: manifest.split('\n').slice(0, -1),
    }
  }
  return { ports, people, early, call, label }
}
