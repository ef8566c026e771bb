import { AppError, isServerError } from '../../contracts/errors.ts'
import type { JobFilter, LabelerJob } from '../../contracts/labeler.ts'
import type { Warning } from '../../contracts/warning.ts'
import type { Ports } from '../../platform/ports.ts'
import type { ListOrder } from './job-index.ts'
import type { ListPosition, ServicePosition } from './list-cursor.ts'

/** A page of the jobs at SageMaker, without those that were shown before. */
export interface ServicePage {
  readonly jobs: readonly LabelerJob[]
  /** Token of its next page; undefined on the last one. */
  readonly next: string | undefined
  /** Where the page was read. */
  readonly from: ListPosition['service']
  readonly warnings: readonly Warning[]
}

type ServiceFilter = Omit<JobFilter, 'limit' | 'after' | 'oldestFirst'> & { readonly order: ListOrder }

/** Lists jobs at SageMaker from a position. @throws AppError `invalid-request` when the position is of no page */
export async function listAtService(
  { status, nameContains, createdAfter, createdBefore, order }: ServiceFilter,
  from: ListPosition['service'],
  { labeler }: Pick<Ports, 'labeler'>,
): Promise<ServicePage> {
  if (from === 'end') return { jobs: [], next: undefined, from, warnings: [] }
  if (from === 'refused') return toRefused()
  const { token, limit, past } = from
  const oldestFirst = order === 'oldest-first'
  const filter = { status, nameContains, createdAfter, createdBefore, oldestFirst, limit, after: token }
  try {
    const { jobs, next } = await labeler.list(filter)
    const shown = past === undefined ? 0 : jobs.findIndex(({ job }) => job === past) + 1
    return { jobs: jobs.slice(shown), next, from, warnings: [] }
  } catch (error) {
    if (error instanceof AppError && isServerError(error)) return toRefused(error.message)
    throw error
  }
}

const toRefused = (reason = 'it did not answer before.'): ServicePage => ({
  jobs: [],
  next: undefined,
  from: 'refused',
  warnings: [
    {
      code: 'sagemaker-unavailable',
      message: `Jobs at SageMaker are missing: ${reason}`,
    },
  ],
})

/**
 * Returns where the list goes on after a page of which so many jobs were shown. Pure.
 * @param limit size of a page that begins anew
 */
export function toServicePosition(
  { jobs, next, from }: ServicePage,
  shown: number,
  limit: ServicePosition['limit'],
): ListPosition['service'] {
  if (typeof from === 'string') return from
  if (shown < jobs.length) return { ...from, past: jobs[shown - 1]?.job ?? from.past }
  return next === undefined ? 'end' : { token: next, limit, past: undefined }
}
