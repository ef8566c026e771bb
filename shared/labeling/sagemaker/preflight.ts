import { builtInFunctions, LABELING_REGIONS } from '../../contracts/built-in-functions.ts'
import type { Issue } from '../../contracts/errors.ts'
import type { Workteam } from '../../contracts/labeler.ts'
import type { Config } from '../../platform/config.ts'
import type { JobOptions } from '../job-options.ts'
import { findTeamIssues } from './workteams.ts'

/** Classes of a job at SageMaker. */
export const MAX_LABELS = 50
const MAX_TEMPLATE_CHARACTERS = 128_000
const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/?[a-zA-Z_0-9+=,.@\-_/]+$/

/** What a job at SageMaker depends on besides its batch. */
export interface ServiceFacts {
  readonly config: Pick<Config, 'region' | 'account' | 'bucket' | 'labelingRoles'>
  /** The region of the working bucket, or why the bucket cannot be reached. */
  readonly bucketRegion: string | { readonly unreachable: string }
  /** The private work team of the request; undefined where there is none. */
  readonly team: Workteam | undefined
  /** The page that workers see. */
  readonly template: string
}

/** Finds what SageMaker would refuse, or report only later, besides the rules of each field. Pure. */
export function* findServiceIssues(options: JobOptions, facts: ServiceFacts): Generator<Issue> {
  yield* findRegionIssues(options, facts)
  yield* findTeamIssues(options.workteamArn, facts.team, facts.config)
  yield* findRoleIssues(options, facts)
  const { length } = facts.template
  if (length > MAX_TEMPLATE_CHARACTERS)
    yield {
      at: 'body.instructions',
      message: `must be shorter: the page that workers see must have at most ${MAX_TEMPLATE_CHARACTERS} characters, not ${length}`,
    }
}

function* findRegionIssues({ mode }: JobOptions, { config, bucketRegion }: ServiceFacts): Generator<Issue> {
  const { region, bucket } = config
  if (!builtInFunctions(region, mode))
    yield { at: 'region', message: `must be one with box jobs: ${LABELING_REGIONS.join(', ')}, not ${region}` }
  if (typeof bucketRegion === 'object') yield { at: 'bucket', message: bucketRegion.unreachable }
  else if (bucketRegion !== region)
    yield { at: 'bucket', message: `must be in ${region}, where the job runs: s3://${bucket} is in ${bucketRegion}` }
}

function* findRoleIssues({ roleArn = '' }: JobOptions, { config }: ServiceFacts): Generator<Issue> {
  const { account, labelingRoles } = config
  const at = 'body.roleArn'
  const allowed = labelingRoles.join(', ') || 'no role'
  const owner = ROLE_ARN.exec(roleArn)?.[1]
  if (labelingRoles.length === 0 && roleArn === '')
    yield { at, message: 'is missing, and this deployment has no default: deploy it with labelingRoles' }
  else if (owner === undefined || roleArn.length < 20 || roleArn.length > 2048)
    yield { at, message: `must be the ARN of a role, such as arn:aws:iam::${account}:role/<name>` }
  else if (owner !== account) yield { at, message: `must be a role of the account ${account}, not of ${owner}` }
  else if (!labelingRoles.includes(roleArn))
    yield { at, message: `must be left out, or a role that this deployment allows: ${allowed}` }
}
