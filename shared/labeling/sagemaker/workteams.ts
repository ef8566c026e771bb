import * as z from 'zod'
import type { Issue } from '../../contracts/errors.ts'
import { WebUrl } from '../../contracts/fields.ts'
import type { Workteam } from '../../contracts/labeler.ts'
import { fromCursor, type Page, type PageRequest, toCursor } from '../../contracts/page.ts'
import { ResourceName } from '../../contracts/resource-name.ts'
import type { Config } from '../../platform/config.ts'
import type { Ports } from '../../platform/ports.ts'

/** Who the workers are: people of this account, anybody on Amazon Mechanical Turk, or the people of a vendor. */
export type TeamKind = 'private' | 'public' | 'vendor'

/** The parts of a work team's ARN. */
interface TeamArn {
  readonly region: string
  readonly account: string
  readonly kind: TeamKind
  readonly name: string
}

const ARN = /^arn:aws[a-z-]*:sagemaker:([a-z0-9-]*):([0-9]{12}):workteam\/(private|public|vendor)-crowd\/(.+)$/
export const MAX_ARN_CHARACTERS = 256
/** The account that owns the public work team of every region. */
const PUBLIC_ACCOUNT = '394669845002'

/** Parses the ARN of a work team; returns undefined when it is not one. Pure. */
function parseTeamArn(arn: string): TeamArn | undefined {
  const [, region, account, kind, name] = arn.length > MAX_ARN_CHARACTERS ? [] : (ARN.exec(arn) ?? [])
  if (region === undefined || account === undefined || name === undefined) return undefined
  // The regular expression matches no other kind.
  return { region, account, kind: kind as TeamKind, name }
}

/** Returns the kind of a work team; undefined when the ARN is not that of a team. Pure. */
export const parseTeamKind = (arn: string): TeamKind | undefined => parseTeamArn(arn)?.kind

const publicTeamArn = (region: string): string =>
  `arn:aws:sagemaker:${region}:${PUBLIC_ACCOUNT}:workteam/public-crowd/default`

/**
 * Finds what is wrong with the work team of a job. Pure.
 * @param team the private team of that ARN; undefined where there is none
 */
export function* findTeamIssues(
  workteamArn: string | undefined,
  team: Workteam | undefined,
  { region, account }: Pick<Config, 'region' | 'account'>,
): Generator<Issue> {
  const at = 'body.workteamArn'
  const example = `arn:aws:sagemaker:${region}:${account}:workteam/private-crowd/<name>`
  if (workteamArn === undefined) {
    yield { at, message: `is missing: a job at SageMaker needs a work team, such as ${example}; see GET /v1/workteams` }
    return
  }
  const arn = parseTeamArn(workteamArn)
  if (!arn) yield { at, message: `must be the ARN of a work team, such as ${example}; see GET /v1/workteams` }
  else if (arn.region !== region) yield { at, message: `must be a work team in ${region}, not in ${arn.region}` }
  else if (arn.kind === 'public' && workteamArn !== publicTeamArn(region))
    yield { at, message: `must be ${publicTeamArn(region)}, the public work team of ${region}` }
  else if (arn.kind === 'private' && arn.account !== account)
    yield { at, message: `must be a work team of the account ${account}, not of ${arn.account}` }
  else if (arn.kind === 'private' && team?.workteamArn !== workteamArn)
    yield {
      at,
      message: `must be an existing work team: ${region} has none named "${arn.name}"; see GET /v1/workteams`,
    }
}

/** A private work team as the API shows it. */
export const WorkteamView = z
  .object({
    workteamArn: z.string().describe('ARN of the team, for `workteamArn` of a labeling job'),
    name: z.string(),
    description: z.string().optional(),
    portalUrl: WebUrl.optional().describe('Where its members sign in'),
  })
  .meta({ id: 'Workteam', description: 'A private team of workers.' })
export type WorkteamView = z.infer<typeof WorkteamView>

/** The largest page that the service returns. */
export const MAX_PAGE_TEAMS = 100

/** Returns a page of the private work teams of this account and region, sorted by name. */
export async function listWorkteams(
  { limit, cursor }: PageRequest,
  { workteams }: Pick<Ports, 'workteams'>,
): Promise<Page<WorkteamView>> {
  const { teams, next } = await workteams.list({ limit: Math.min(limit, MAX_PAGE_TEAMS), after: fromCursor(cursor) })
  const items = teams.map(({ workteamArn, name, description, portalUrl }) => ({
    workteamArn,
    name,
    ...(description !== undefined && { description }),
    ...(portalUrl !== undefined && { portalUrl }),
  }))
  return { items, ...(next !== undefined && { nextCursor: toCursor(next) }) }
}

/** Returns the private work team of this account and region with that ARN; undefined for every other ARN, and without one. */
export async function findOwnTeam(
  workteamArn: string | undefined,
  { workteams, config }: Pick<Ports, 'config' | 'workteams'>,
): Promise<Workteam | undefined> {
  const arn = workteamArn === undefined ? undefined : parseTeamArn(workteamArn)
  const isOurs = arn?.kind === 'private' && arn.region === config.region && arn.account === config.account
  // The service rejects requests for any other name.
  return isOurs && ResourceName.safeParse(arn.name).success ? await workteams.find(arn.name) : undefined
}
