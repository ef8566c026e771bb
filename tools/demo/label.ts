import type { Stack } from '../../local/stack.ts'
import { isFinalStatus } from '../../shared/contracts/labeler.ts'
import { LabelingJobView } from '../../shared/contracts/labeling-job.ts'
import { pageSchema } from '../../shared/contracts/page.ts'
import { WorkerWithLink } from '../../shared/contracts/worker.ts'
import { AnnotationItem } from '../../shared/manifests/output/annotations.ts'
import { readBatchTruth } from '../people/batch-truth.ts'
import { realClock } from '../people/clock.ts'
import { runPeople } from '../people/run-people.ts'
import { httpSend } from '../people/send.ts'
import type { Step } from './steps.ts'

/** Each image is labeled by all of them. */
const WORKERS = ['ann', 'bob', 'cleo']
/** How much faster than people they work. */
const SPEED = 500

const Annotations = pageSchema(AnnotationItem)

/** A labeling job in the summary of the demo. */
export interface JobSummary {
  readonly job: string
  readonly status: string
  readonly objects: number
  readonly labeled: number
  readonly failed: number
  readonly boxes: number
}

/** Creates the workers, and returns the link of each. Only the first one is shown as a command. */
export async function hireWorkers({ api, story }: Step): Promise<readonly string[]> {
  const links: string[] = []
  for (const [index, worker] of WORKERS.entries()) {
    const request = { method: 'PUT', path: `/v1/workers/${worker}`, body: {} } as const
    links.push((await api.json(request, 201, WorkerWithLink, index > 0)).link)
  }
  story.say(`The link of ann, which is shown once: ${links[0]}`)
  story.say(
    'A program labels with it by the calls in docs/labeling.md (its page is not served yet); npm run dev prints one of your own.',
  )
  return links
}

/** Lets simulated people with these links label a batch over HTTP, and shows the progress. */
export async function labelBatch(
  { api, story }: Step,
  batch: string,
  links: readonly string[],
  { api: url, token }: Pick<Stack, 'api' | 'token'>,
): Promise<LabelingJobView> {
  const job = `${batch}-labels`
  const path = `/v1/labeling-jobs/${job}`
  const body = { batch, workersPerObject: links.length }
  const { counters } = await api.json({ method: 'PUT', path, body }, 201, LabelingJobView)
  const people = links.map((link, index) => {
    const secret = link.split('#')[1] ?? ''
    return { name: WORKERS[index] ?? '', kind: 'good', seed: index + 1, access: { secret } } as const
  })
  const send = httpSend(url)
  const truth = await readBatchTruth(batch, token, send)
  const clock = realClock(SPEED)
  await runPeople(people, { send, clock, ledger: { record: () => {} }, job, truth: () => truth, seed: 1 })
  api.show({ method: 'GET', path })
  const progress = story.progress(batch, counters.total)
  // The output is available shortly after the last answer, once it is written and its event is processed.
  const ended = await api.until(path, LabelingJobView, ({ status, counters: { labeled, failed }, output }) => {
    progress.at(labeled + failed)
    return isFinalStatus(status) && output !== undefined
  })
  progress.end()
  if (ended.status !== 'Completed') throw new Error(`${path} ended with ${ended.status}: ${ended.failureReason}`)
  for (const { message } of ended.warnings) story.say(message)
  return ended
}

/** Prints a table of the labels and compares them with the counters of the job. */
export async function showLabels({ api, story }: Step, job: LabelingJobView): Promise<JobSummary> {
  const path = `/v1/labeling-jobs/${job.job}/annotations`
  const { items } = await api.json({ method: 'GET', path }, 200, Annotations)
  story.table(['image', 'outcome', 'boxes', 'first box'], items.map(toRow))
  const boxes = items.reduce((sum, item) => sum + (item.outcome === 'labeled' ? item.boxes.length : 0), 0)
  const count = (outcome: AnnotationItem['outcome']) => items.filter((item) => item.outcome === outcome).length
  const { total, labeled, failed } = job.counters
  const isSame = items.length === total && count('labeled') === labeled && count('failed') === failed
  if (!isSame || job.output?.boxes !== boxes) throw new Error(`${job.job}: the annotations do not match the counters`)
  story.say(`${boxes} boxes in ${job.outputManifestUri}`)
  return { job: job.job, status: job.status, objects: total, labeled, failed, boxes }
}

function toRow(item: AnnotationItem): string[] {
  const image = item.sourceRef?.split('/').at(-1) ?? `line ${item.line}`
  if (item.outcome !== 'labeled') return [image, item.outcome, '', '']
  const [first] = item.boxes
  const [width, height, left, top] = [first?.width, first?.height, first?.left, first?.top].map((pixels = 0) =>
    Math.round(pixels),
  )
  const shown = first ? `${first.className}: ${width} x ${height} at ${left}, ${top}` : ''
  return [image, item.outcome, String(item.boxes.length), shown]
}
