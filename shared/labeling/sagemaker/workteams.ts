import * as z from 'zod'
import type { Workteam } from '../../contracts/labeler.ts'
import { fromCursor, type Page, type PageRequest, toCursor } from '../../contracts/page.ts'
import type { Ports } from '../../platform/ports.ts'
import { parseTeamArn } from './workteam-arn.ts'

/** A private work team as the API shows it. */
export const WorkteamView = z
  .object({
    workteamArn: z.string(),
    name: z.string(),
    description: z.string().optional(),
    portalUrl: z.string().optional().describe('Where its members sign in'),
  })
  .meta({ id: 'Workteam', description: 'A private team of workers.' })
export type WorkteamView = z.infer<typeof WorkteamView>

/** As many as the service gives at once. */
const MAX_PAGE_TEAMS = 100

/** A page of the private work teams of this account and region, sorted by name. */
export async function listWorkteams({ limit, cursor }: PageRequest, { workteams }: Ports): Promise<Page<WorkteamView>> {
  const { teams, next } = await workteams.list({ limit: Math.min(limit, MAX_PAGE_TEAMS), after: fromCursor(cursor) })
  const items = teams.map(({ workteamArn, name, description, portalUrl }) => ({
    workteamArn,
    name,
    ...(description !== undefined && { description }),
    ...(portalUrl !== undefined && { portalUrl }),
  }))
  return { items, ...(next !== undefined && { nextCursor: toCursor(next) }) }
}

/** A private team of this account and region; undefined for every other. */
export async function findOwnTeam(workteamArn: string, { workteams, config }: Ports): Promise<Workteam | undefined> {
  const arn = parseTeamArn(workteamArn)
  const isOurs = arn?.kind === 'private' && arn.region === config.region && arn.account === config.account
  // The service takes no other names.
  return isOurs && /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(arn.name) ? await workteams.find(arn.name) : undefined
}
