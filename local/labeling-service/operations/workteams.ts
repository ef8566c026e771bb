import { ListWorkteamsRequest, WorkteamRequest } from '../model/other-requests.ts'
import { invalid } from '../protocol/errors.ts'
import { parseMembers } from '../protocol/members.ts'
import { listPrivateTeams, type Workteam } from '../workers/teams.ts'
import { paginate } from './paginate.ts'
import type { Operation } from './service.ts'

/** Lists private teams only, as the service does. @throws ServiceError `ValidationException` */
export const listWorkteams: Operation = async (service, body) => {
  const request = parseMembers(ListWorkteamsRequest, body)
  const { SortBy, SortOrder, NameContains = '' } = request
  const order = {
    sortKey: (team: Workteam) => [SortBy === 'Name' ? team.WorkteamName : team.CreateDate, team.WorkteamName] as const,
    name: SortBy,
    descending: SortOrder === 'Descending',
  }
  const wanted = listPrivateTeams(service).filter(({ WorkteamName }) =>
    WorkteamName.toLowerCase().includes(NameContains.toLowerCase()),
  )
  const { items, next } = paginate(wanted, order, request)
  return { Workteams: items, ...next }
}

/**
 * Describes a team. The API model defines no error for this operation, so an unknown name is a validation error.
 * @throws ServiceError `ValidationException`
 */
export const describeWorkteam: Operation = async (service, body) => {
  const { WorkteamName } = parseMembers(WorkteamRequest, body)
  const team = listPrivateTeams(service).find((one) => one.WorkteamName.toLowerCase() === WorkteamName.toLowerCase())
  if (!team) throw invalid('WorkteamName', `work team "${WorkteamName}" does not exist`)
  return { Workteam: team }
}
