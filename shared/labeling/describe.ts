import { AppError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { LabelingJobState, LabelingJobView } from './job.ts'
import { findJob, noJob } from './store.ts'
import { viewOf } from './view.ts'
import { parseTeamArn } from './workteam-arn.ts'

/**
 * A job as it stands at the service, ours or not.
 * @throws AppError `not-found`
 */
export async function describeJob(job: string, ports: Ports): Promise<LabelingJobView> {
  const state = (await findJob(job, ports))?.value
  const live = await ports.labeler.describe(state?.job ?? job)
  if (!live && state?.state !== 'creating') throw noJob(job)
  if (state || !live) return viewOf({ state, live }, ports)
  return viewOf({ state, live, portalUrl: await portalOf(live.workteamArn, ports) }, ports)
}

/** A job of ours that was just made, or stands there. */
export async function describeOwn(state: LabelingJobState, ports: Ports): Promise<LabelingJobView> {
  return viewOf({ state, live: await ports.labeler.describe(state.job) }, ports)
}

async function portalOf(workteamArn: string, { workteams, config }: Ports): Promise<string | undefined> {
  const arn = parseTeamArn(workteamArn)
  const isOurs = arn?.kind === 'private' && arn.account === config.account && arn.region === config.region
  return isOurs ? (await workteams.find(arn.name))?.portalUrl : undefined
}

/** A job that was made here. @throws AppError `not-found`; `forbidden` for one that was not */
export async function getOwn(job: string, ports: Ports): Promise<LabelingJobState> {
  const found = await findJob(job, ports)
  if (found) return found.value
  if (!(await ports.labeler.describe(job))) throw noJob(job)
  throw new AppError('forbidden', `The labeling job "${job}" was not made here: it can be looked at, and nothing else.`)
}
