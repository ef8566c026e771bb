import { CreateRequest } from '../../../local/labeling-service/model/create-request.ts'
import type { JobFilter, Labeler, LabelerJob, Workteams } from '../../../shared/contracts/labeler.ts'
import { invalidCursor } from '../../../shared/contracts/page.ts'
import { toCreateInput } from '../../../shared/platform/aws/sagemaker-jobs.ts'
import type { Config } from '../../../shared/platform/config.ts'
import { perform } from './call.ts'
import type { World } from './world.ts'

const NO_COUNTERS = { labeled: 0, humanLabeled: 0, machineLabeled: 0, failed: 0, unlabeled: 0 }

/** The labeling service of the world. Jobs start as `Initializing` and keep their status until a test changes it. */
export function memoryLabeler(world: World, { account, region }: Config): Labeler {
  const { jobs } = world.labeling
  const call = (method: string, key: string) => ({ port: 'labeler', method, key }) as const
  return {
    create: (request) =>
      perform(world, call('create', request.job), () => {
        const name = request.job.toLowerCase()
        if (jobs.has(name)) return 'name-taken'
        // Every request must fit the model of the service itself.
        const issue = CreateRequest.safeParse(toCreateInput(request)).error?.issues[0]
        if (issue) return { refused: `${issue.path.join('.')}: ${issue.message}` }
        if (world.labeling.refusal !== undefined) return { refused: world.labeling.refusal }
        const createdAt = world.now.toISOString()
        const arn = `arn:aws:sagemaker:${region}:${account}:labeling-job/${name}`
        const job: LabelerJob = {
          job: request.job,
          arn,
          status: 'Initializing',
          counters: NO_COUNTERS,
          failureReason: undefined,
          outputManifestUri: undefined,
          inputManifestUri: request.inputManifestUri,
          workteamArn: request.workteamArn,
          createdAt,
          updatedAt: createdAt,
        }
        jobs.set(name, job)
        world.labeling.requests.push(request)
        return { arn }
      }),
    describe: (job) => perform(world, call('describe', job), () => jobs.get(job.toLowerCase())),
    list: (filter) => perform(world, call('list', ''), () => listJobs([...jobs.values()], filter)),
    stop: (name) =>
      perform(world, call('stop', name), () => {
        const job = jobs.get(name.toLowerCase())
        if (!job) return 'missing'
        if (['Completed', 'Failed', 'Stopped'].includes(job.status)) return 'over'
        jobs.set(name.toLowerCase(), { ...job, status: 'Stopping', updatedAt: world.now.toISOString() })
        return 'stopping'
      }),
  }
}

function listJobs(jobs: readonly LabelerJob[], filter: JobFilter) {
  const { status, nameContains = '', createdAfter, createdBefore, oldestFirst = false, limit, after } = filter
  const compare = (one: LabelerJob, other: LabelerJob) => (sortKey(one) < sortKey(other) ? -1 : 1)
  const sorted = jobs.toSorted((one, other) => (oldestFirst ? compare(one, other) : compare(other, one)))
  const matches = ({ job, status: current, createdAt }: LabelerJob): boolean =>
    (status === undefined || current === status) &&
    job.includes(nameContains) &&
    (createdAfter === undefined || Date.parse(createdAt) > Date.parse(createdAfter)) &&
    (createdBefore === undefined || Date.parse(createdAt) < Date.parse(createdBefore))
  const { page, next } = paginate(sorted.filter(matches), sortKey, limit, after)
  return { jobs: page, ...(next !== undefined && { next }) }
}

const sortKey = ({ createdAt, job }: LabelerJob): string => `${createdAt} ${job.toLowerCase()}`

/** The private workteams of the world. */
export function memoryWorkteams(world: World): Workteams {
  const call = (method: string, key: string) => ({ port: 'workteams', method, key }) as const
  return {
    list: ({ limit, after }) =>
      perform(world, call('list', ''), () => {
        const sorted = world.labeling.teams.toSorted((one, other) => (one.name < other.name ? -1 : 1))
        const { page, next } = paginate(sorted, ({ name }) => name, limit, after)
        return { teams: page, ...(next !== undefined && { next }) }
      }),
    find: (name) => perform(world, call('find', name), () => world.labeling.teams.find((team) => team.name === name)),
  }
}

/** Returns a page. The page token is the position of its last item, in a form of our own. */
function paginate<Item>(items: readonly Item[], toPosition: (item: Item) => string, limit: number, after?: string) {
  const from = after === undefined ? 0 : items.findIndex((item) => `after ${toPosition(item)}` === after) + 1
  if (after !== undefined && from === 0) throw invalidCursor()
  const page = items.slice(from, from + limit)
  const last = page.at(-1)
  return { page, next: last !== undefined && from + limit < items.length ? `after ${toPosition(last)}` : undefined }
}
