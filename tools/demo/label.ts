import { isFinalStatus } from '../../shared/contracts/labeler.ts'
import { LabelingJobView } from '../../shared/contracts/labeling-job.ts'
import { pageSchema } from '../../shared/contracts/page.ts'
import { WorkteamView } from '../../shared/labeling/sagemaker/workteams.ts'
import { AnnotationItem } from '../../shared/manifests/output/annotations.ts'
import type { Step } from './steps.ts'

const TEAM = 'simulated-workers'
const WORKERS_PER_OBJECT = 3

const Teams = pageSchema(WorkteamView)
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

/** Returns the ARN of the simulated team of the local labeling service. */
export async function chooseTeam({ api, story }: Step): Promise<string> {
  const { items } = await api.json({ method: 'GET', path: '/v1/workteams' }, 200, Teams)
  const team = items.find(({ name }) => name === TEAM)
  if (!team) throw new Error(`Work team "${TEAM}" does not exist`)
  story.say(`${team.name}: ${team.description}`)
  return team.workteamArn
}

/** Labels a batch and shows the progress. */
export async function labelBatch({ api, story }: Step, batch: string, workteamArn: string): Promise<LabelingJobView> {
  const path = `/v1/labeling-jobs/${batch}-labels`
  const body = { batch, workteamArn, workersPerObject: WORKERS_PER_OBJECT }
  const { counters } = await api.json({ method: 'PUT', path, body }, 201, LabelingJobView)
  api.show({ method: 'GET', path })
  const progress = story.progress(batch, counters.total)
  // The output is available shortly after the job has ended, once its event is processed.
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
  const shown = first ? `${first.className}: ${first.width} x ${first.height} at ${first.left}, ${first.top}` : ''
  return [image, item.outcome, String(item.boxes.length), shown]
}
