import { builtInFunctions, LABELING_REGIONS } from '../../contracts/built-in-functions.ts'
import type { Issue } from '../../contracts/errors.ts'
import { isFinalStatus, type JobStatus, type Workteam } from '../../contracts/labeler.ts'
import type { JobOptions } from '../sagemaker/job-options.ts'
import { findOptionIssues } from '../sagemaker/service-rules.ts'
import { parseTeamArn, publicTeamArn } from '../sagemaker/workteam-arn.ts'
import { type LineTally, MAX_ISSUES, MAX_OBJECTS } from './input-lines.ts'

const MAX_LABELS = 50
const MAX_LABEL = 256
const MAX_TEMPLATE = 128_000
const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/?[a-zA-Z_0-9+=,.@\-_/]+$/

/** What is known of everything that a labeling job touches, before anything is done. */
export interface JobFacts {
  readonly job: string
  readonly config: {
    readonly region: string
    readonly account: string
    readonly bucket: string
    readonly labelingRoles: readonly string[]
  }
  /** Where the working bucket lies; why not, where it cannot be reached. */
  readonly bucketRegion: string | { readonly unreachable: string }
  /** The private team of this name; undefined where there is none. */
  readonly team: Workteam | undefined
  /** The job that the service has under this name, in whatever case. */
  readonly namesake: string | undefined
  /** What keeps the batch from being labeled. */
  readonly batchFault: string | undefined
  /** The job to be continued, as far as it is known; undefined where none is. */
  readonly continued: ContinuedJob | undefined
  readonly labels: readonly string[]
  readonly template: string
  /** What the lines of its input manifest came to; undefined where they could not be looked at. */
  readonly tally: LineTally | undefined
}

/** What another job must be to be continued. */
export interface ContinuedJob {
  readonly name: string
  /** Undefined when there is no such job of ours. */
  readonly labelAttributeName: string | undefined
  readonly mode: string | undefined
  /** The batch that it labels, or labeled. */
  readonly batch: string | undefined
  /** Whether that is the very batch that is asked for. */
  readonly isOfBatch: boolean
  readonly status: JobStatus | undefined
  /** Lines of its input manifest, which its output has too. */
  readonly lines: number | undefined
  /** Objects that it has labeled, as the service counts. */
  readonly labeled: number
}

/** Everything that is wrong with a job, all at once: the service's own rules, and what it would find out late. Pure. */
export function findJobIssues(options: JobOptions, facts: JobFacts): Issue[] {
  const faults = findOptionIssues(options)
  const others = [
    ...faultsOfName(facts),
    ...faultsOfRegion(options, facts),
    ...faultsOfTeam(options, facts),
    ...faultsOfRole(options, facts),
    ...faultsOfContinuing(options, facts),
    ...faultsOfObjects(options, facts),
    ...faultsOfLabels(facts),
  ]
  return [...faults, ...others.filter(({ at }) => !faults.some((fault) => fault.at === at))]
}

function* faultsOfName({ job, namesake }: JobFacts): Generator<Issue> {
  if (namesake !== undefined)
    yield {
      at: 'path.job',
      message: `there is a labeling job "${namesake}" already; names are compared without case and stay taken: choose another than "${job}"`,
    }
}

function* faultsOfRegion({ mode }: JobOptions, { config, bucketRegion }: JobFacts): Generator<Issue> {
  const { region, bucket } = config
  if (!builtInFunctions(region, mode))
    yield {
      at: 'region',
      message: `the labeling service has no box jobs in ${region}, only in ${LABELING_REGIONS.join(', ')}`,
    }
  if (typeof bucketRegion === 'object') yield { at: 'bucket', message: bucketRegion.unreachable }
  else if (bucketRegion !== region)
    yield { at: 'bucket', message: `s3://${bucket} must lie in ${region}, where the job runs, not in ${bucketRegion}` }
}

function* faultsOfTeam({ workteamArn }: JobOptions, { config, team }: JobFacts): Generator<Issue> {
  const { region, account } = config
  const at = 'body.workteamArn'
  const example = `arn:aws:sagemaker:${region}:${account}:workteam/private-crowd/<name>`
  const arn = parseTeamArn(workteamArn)
  if (!arn) yield { at, message: `must be the ARN of a work team, as ${example}; GET /v1/workteams lists them` }
  else if (arn.region !== region) yield { at, message: `must be a work team of ${region}, not of ${arn.region}` }
  else if (arn.kind === 'public' && workteamArn !== publicTeamArn(region))
    yield { at, message: `the public work team of ${region} is ${publicTeamArn(region)}` }
  else if (arn.kind === 'private' && arn.account !== account)
    yield { at, message: `must be a work team of the account ${account}, not of ${arn.account}` }
  else if (arn.kind === 'private' && team?.workteamArn !== workteamArn)
    yield {
      at,
      message: `there is no work team "${arn.name}" in ${region}; GET /v1/workteams lists those that there are`,
    }
}

function* faultsOfRole({ roleArn }: JobOptions, { config }: JobFacts): Generator<Issue> {
  const { account, labelingRoles } = config
  const at = 'body.roleArn'
  const known = labelingRoles.join(', ')
  const owner = ROLE_ARN.exec(roleArn)?.[1]
  if (labelingRoles.length === 0 && roleArn === '')
    yield { at, message: 'this deployment has no role for labeling jobs; deploy it with labelingRoles' }
  else if (owner === undefined || roleArn.length < 20 || roleArn.length > 2048)
    yield { at, message: `must be the ARN of a role, as arn:aws:iam::${account}:role/<name>` }
  else if (owner !== account) yield { at, message: `must be a role of the account ${account}, not of ${owner}` }
  else if (!labelingRoles.includes(roleArn))
    yield { at, message: `labeling jobs of this deployment may run with ${known || 'no role'}; leave it out` }
}

function* faultsOfContinuing(options: JobOptions, { continued }: JobFacts): Generator<Issue> {
  if (!continued) return
  const at = 'body.continueFrom'
  const { name, labelAttributeName, mode, batch, isOfBatch, status } = continued
  if (labelAttributeName === undefined || status === undefined) {
    const why = labelAttributeName === undefined ? 'that was made here' : 'at the service: its creation has not ended'
    yield { at, message: `there is no labeling job "${name}" ${why}` }
    return
  }
  if (!isOfBatch) {
    const other = batch === options.batch ? `a batch "${batch}" that was deleted since` : `the batch "${batch}"`
    yield { at, message: `must be a job on this very batch; "${name}" is one on ${other}` }
  }
  if (!isFinalStatus(status)) yield { at, message: `"${name}" is ${status}; stop it, or wait until it has ended` }
  if (options.mode !== mode) yield { at: 'body.mode', message: `must be ${mode}, as that of "${name}"` }
  if (options.labelAttributeName !== labelAttributeName)
    yield { at: 'body.labelAttributeName', message: `must be ${labelAttributeName}, as that of "${name}", or left out` }
}

function* faultsOfObjects(options: JobOptions, { batchFault, tally, continued }: JobFacts): Generator<Issue> {
  const at = 'body.batch'
  if (batchFault !== undefined) yield { at, message: batchFault }
  if (!tally) {
    if (batchFault === undefined && continued?.isOfBatch && continued.status && isFinalStatus(continued.status))
      yield {
        at: 'body.continueFrom',
        message: `the results of "${continued.name}" are not there: the service writes them some minutes late; or they were removed`,
      }
    return
  }
  const { lines, alreadyLabeled, faults } = tally
  yield* faults
  if (faults.length >= MAX_ISSUES) yield { at: 'manifest', message: `no more of it was looked at behind line ${lines}` }
  if (lines > MAX_OBJECTS) yield { at, message: `its manifest must have at most ${MAX_OBJECTS} lines` }
  if (faults.length > 0 || lines > MAX_OBJECTS) return
  if (continued && continued.lines !== lines) {
    const changed = `its output manifest has ${lines} lines, its input had ${continued.lines}: somebody has changed it`
    yield { at: 'body.continueFrom', message: changed }
    return
  }
  if (continued && alreadyLabeled < continued.labeled)
    yield {
      at: 'body.continueFrom',
      message: `${alreadyLabeled} of the ${continued.labeled} labels of "${continued.name}" are written yet; try again in some minutes`,
    }
  if (lines === 0)
    yield {
      at,
      message: `"${options.batch}" has no image to label: none has a good copy, or its manifest was written when none had`,
    }
  if (alreadyLabeled > 0 && !continued)
    yield {
      at: 'body.labelAttributeName',
      message: `${alreadyLabeled} of the ${lines} lines of the manifest have "${options.labelAttributeName}" already and would not be labeled: name another attribute`,
    }
  if (continued && lines > 0 && lines === alreadyLabeled)
    yield { at: 'body.continueFrom', message: `"${continued.name}" has left nothing unlabeled` }
}

function* faultsOfLabels({ labels, template }: JobFacts): Generator<Issue> {
  const at = 'body.batch'
  if (labels.length > MAX_LABELS)
    yield { at, message: `must have at most ${MAX_LABELS} classes for a labeling job, not ${labels.length}` }
  for (const label of labels)
    if (label.length > MAX_LABEL)
      yield { at, message: `the class ${label.slice(0, 40)}… must have at most ${MAX_LABEL} characters` }
  const twice = labels.find((label, index) => labels.indexOf(label) !== index)
  if (twice !== undefined)
    yield { at, message: `two of its classes are called "${twice}"; workers could not tell them apart` }
  if (template.length > MAX_TEMPLATE)
    yield {
      at: 'body.instructions',
      message: `must leave the page that workers see at most ${MAX_TEMPLATE} characters, not ${template.length}`,
    }
}
