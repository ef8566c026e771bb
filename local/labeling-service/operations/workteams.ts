import { ListWorkteamsRequest, WorkteamRequest } from '../model/other-requests.ts'
import { invalid } from '../protocol/errors.ts'
import { parseMembers } from '../protocol/members.ts'
import { privateTeams, type Workteam } from '../workers/teams.ts'
import { pageOf } from './pages.ts'
import type { Operation } from './service.ts'

/** Private teams only, as the service does. @throws ServiceError `ValidationException` */
export const listWorkteams: Operation = async (service, body) => {
  const request = parseMembers(ListWorkteamsRequest, body)
  const { SortBy, SortOrder, NameContains = '' } = request
  const order = {
    keyOf: (team: Workteam) => [SortBy === 'Name' ? team.WorkteamName : team.CreateDate, team.WorkteamName] as const,
    name: SortBy,
    descending: SortOrder === 'Descending',
  }
  const wanted = privateTeams(service).filter(({ WorkteamName }) =>
    WorkteamName.toLowerCase().includes(NameContains.toLowerCase()),
  )
  const { items, next } = pageOf(wanted, order, request)
  return { Workteams: items, ...next }
}

/**
 * The API's model gives this operation no error of its own, so a name that no team has is told as a validation error.
 * @throws ServiceError `ValidationException`
 */
export const describeWorkteam: Operation = async (service, body) => {
  const { WorkteamName } = parseMembers(WorkteamRequest, body)
  const team = privateTeams(service).find((one) => one.WorkteamName.toLowerCase() === WorkteamName.toLowerCase())
  if (!team) throw invalid('WorkteamName', `there is no work team named "${WorkteamName}"`)
  return { Workteam: team }
}
