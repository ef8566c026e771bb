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

/** A labeling job as the demo's last line says it. */
export interface JobSummary {
  readonly job: string
  readonly status: string
  readonly objects: number
  readonly labeled: number
  readonly failed: number
  readonly boxes: number
}

/** The team of the local labeling service: nobody works there, and its name says so. */
export async function chooseTeam({ api, story }: Step): Promise<string> {
  const { items } = await api.json({ method: 'GET', path: '/v1/workteams' }, 200, Teams)
  const team = items.find(({ name }) => name === TEAM)
  if (!team) throw new Error(`there is no work team "${TEAM}"`)
  story.say(`${team.name}: ${team.description}`)
  return team.workteamArn
}

/** Has a batch labeled, and watches. */
export async function labelBatch({ api, story }: Step, batch: string, workteamArn: string): Promise<LabelingJobView> {
  const path = `/v1/labeling-jobs/${batch}-labels`
  const body = { batch, workteamArn, workersPerObject: WORKERS_PER_OBJECT }
  const { counters } = await api.json({ method: 'PUT', path, body }, 201, LabelingJobView)
  api.show({ method: 'GET', path })
  const progress = story.progress(batch, counters.total)
  // How a job ended is told by the labeling service, and looked at, a moment after it has.
  const ended = await api.until(path, LabelingJobView, ({ status, counters: { labeled, failed }, output }) => {
    progress.at(labeled + failed)
    return isFinalStatus(status) && output !== undefined
  })
  progress.end()
  if (ended.status !== 'Completed') throw new Error(`${path} ended as ${ended.status}: ${ended.failureReason}`)
  for (const { message } of ended.warnings) story.say(message)
  return ended
}

/** A table of what was labeled, held against what the job says of itself. */
export async function showLabels({ api, story }: Step, job: LabelingJobView): Promise<JobSummary> {
  const path = `/v1/labeling-jobs/${job.job}/annotations`
  const { items } = await api.json({ method: 'GET', path }, 200, Annotations)
  story.table(['image', 'outcome', 'boxes', 'first box'], items.map(rowOf))
  const boxes = items.reduce((sum, item) => sum + (item.outcome === 'labeled' ? item.boxes.length : 0), 0)
  const count = (outcome: AnnotationItem['outcome']) => items.filter((item) => item.outcome === outcome).length
  const { total, labeled, failed } = job.counters
  const isSame = items.length === total && count('labeled') === labeled && count('failed') === failed
  if (!isSame || job.output?.boxes !== boxes) throw new Error(`${job.job}: its lines are not what its counters say`)
  story.say(`${boxes} boxes in ${job.outputManifestUri}`)
  return { job: job.job, status: job.status, objects: total, labeled, failed, boxes }
}

function rowOf(item: AnnotationItem): string[] {
  const image = item.sourceRef?.split('/').at(-1) ?? `line ${item.line}`
  if (item.outcome !== 'labeled') return [image, item.outcome, '', '']
  const [first] = item.boxes
  const shown = first ? `${first.className}: ${first.width} x ${first.height} at ${first.left}, ${first.top}` : ''
  return [image, item.outcome, String(item.boxes.length), shown]
}
