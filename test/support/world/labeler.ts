import { CreateRequest } from '../../../local/labeling-service/model/create-request.ts'
import type { JobFilter, Labeler, LabelerJob, Workteams } from '../../../shared/contracts/labeler.ts'
import { invalidCursor } from '../../../shared/contracts/page.ts'
import { toCreateInput } from '../../../shared/platform/aws/sagemaker-jobs.ts'
import type { Config } from '../../../shared/platform/config.ts'
import { perform, type World } from './world.ts'

const NO_COUNTERS = { labeled: 0, humanLabeled: 0, machineLabeled: 0, failed: 0, unlabeled: 0 }

/** Jobs of the world: they begin to run, and stay as they are until a test changes them. */
export function memoryLabeler(world: World, { account, region }: Config): Labeler {
  const { jobs } = world.labeling
  const call = (method: string, key: string) => ({ port: 'labeler', method, key }) as const
  return {
    create: (request) =>
      perform(world, call('create', request.job), () => {
        const name = request.job.toLowerCase()
        if (jobs.has(name)) return 'name-taken'
        // Whatever a test asks for has to be what the service's own model allows.
        const wrong = CreateRequest.safeParse(toCreateInput(request)).error?.issues[0]
        if (wrong) return { refused: `${wrong.path.join('.')}: ${wrong.message}` }
        if (world.labeling.refusal !== undefined) return { refused: world.labeling.refusal }
        const createdAt = world.now.toISOString()
        const job: LabelerJob = {
          job: request.job,
          arn: `arn:aws:sagemaker:${region}:${account}:labeling-job/${name}`,
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
        return { arn: job.arn }
      }),
    describe: (job) => perform(world, call('describe', job), () => jobs.get(job.toLowerCase())),
    list: (filter) => perform(world, call('list', ''), () => pageOfJobs([...jobs.values()], filter)),
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

function pageOfJobs(jobs: readonly LabelerJob[], filter: JobFilter) {
  const { status, nameContains = '', createdAfter, createdBefore, oldestFirst = false, limit, after } = filter
  const inOrder = (one: LabelerJob, other: LabelerJob) => (orderOf(one) < orderOf(other) ? -1 : 1)
  const sorted = jobs.toSorted((one, other) => (oldestFirst ? inOrder(one, other) : inOrder(other, one)))
  const fits = ({ job, status: is, createdAt }: LabelerJob): boolean =>
    (status === undefined || is === status) &&
    job.includes(nameContains) &&
    (createdAfter === undefined || Date.parse(createdAt) > Date.parse(createdAfter)) &&
    (createdBefore === undefined || Date.parse(createdAt) < Date.parse(createdBefore))
  const { page, next } = pageOf(sorted.filter(fits), orderOf, limit, after)
  return { jobs: page, ...(next !== undefined && { next }) }
}

const orderOf = ({ createdAt, job }: LabelerJob): string => `${createdAt} ${job.toLowerCase()}`

/** The private teams of the world. */
export function memoryWorkteams(world: World): Workteams {
  const call = (method: string, key: string) => ({ port: 'workteams', method, key }) as const
  return {
    list: ({ limit, after }) =>
      perform(world, call('list', ''), () => {
        const sorted = world.labeling.teams.toSorted((one, other) => (one.name < other.name ? -1 : 1))
        const { page, next } = pageOf(sorted, ({ name }) => name, limit, after)
        return { teams: page, ...(next !== undefined && { next }) }
      }),
    find: (name) => perform(world, call('find', name), () => world.labeling.teams.find((team) => team.name === name)),
  }
}

/** Tokens are the last item's place, as text that only we make. */
function pageOf<Item>(items: readonly Item[], placeOf: (item: Item) => string, limit: number, after?: string) {
  const from = after === undefined ? 0 : items.findIndex((item) => `after ${placeOf(item)}` === after) + 1
  if (after !== undefined && from === 0) throw invalidCursor()
  const page = items.slice(from, from + limit)
  const last = page.at(-1)
  return { page, next: last !== undefined && from + limit < items.length ? `after ${placeOf(last)}` : undefined }
}
