import { type JobState, toJobKey } from '../jobs/job.ts'
import { ListJobsRequest } from '../model/other-requests.ts'
import { parseMembers } from '../protocol/members.ts'
import { paginate } from './paginate.ts'
import type { Operation } from './service.ts'
import { toSummary } from './views.ts'

const sortKeys = {
  Name: (state: JobState) => toJobKey(state.request.LabelingJobName),
  CreationTime: (state: JobState) => state.created,
  Status: (state: JobState) => state.status,
}

/** @throws ServiceError `ValidationException` */
export const listLabelingJobs: Operation = async ({ jobs }, body) => {
  const request = parseMembers(ListJobsRequest, body)
  const { SortBy, SortOrder } = request
  const order = {
    sortKey: (state: JobState) => [sortKeys[SortBy](state), toJobKey(state.request.LabelingJobName)] as const,
    name: SortBy,
    descending: SortOrder === 'Descending',
  }
  const wanted = jobs
    .all()
    .map(({ state }) => state)
    .filter((state) => matchesRequest(state, request))
  const { items, next } = paginate(wanted, order, request)
  return { LabelingJobSummaryList: items.map(toSummary), ...next }
}

function matchesRequest({ request, status, created, modified }: JobState, wanted: ListJobsRequest): boolean {
  const { NameContains = '', StatusEquals = status } = wanted
  return (
    toJobKey(request.LabelingJobName).includes(toJobKey(NameContains)) &&
    status === StatusEquals &&
    isBetween(created, wanted.CreationTimeAfter, wanted.CreationTimeBefore) &&
    isBetween(modified, wanted.LastModifiedTimeAfter, wanted.LastModifiedTimeBefore)
  )
}

/** @param milliseconds since 1970; the bounds are in seconds */
const isBetween = (milliseconds: number, after = -Infinity, before = Infinity): boolean =>
  milliseconds > after * 1000 && milliseconds < before * 1000
