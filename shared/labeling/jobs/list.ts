import * as z from 'zod'
import { BatchName } from '../../contracts/batch-name.ts'
import { AppError } from '../../contracts/errors.ts'
import { JOB_STATUSES, type LabelerJob } from '../../contracts/labeler.ts'
import type { LabelingJobItem } from '../../contracts/labeling-job.ts'
import { fromCursor, type Page, PageQuery, toCursor } from '../../contracts/page.ts'
import type { Ports } from '../../platform/ports.ts'
import type { LabelingJobState } from './state.ts'
import { findJob } from './store.ts'
import { toJobView } from './view.ts'

/** As many as the service gives at once. */
const MOST_AT_ONCE = 100

/** The service's own tokens have up to 8,192 characters. */
const MOST_CURSOR = 11_000

const Time = z.iso.datetime({ offset: true, error: 'must be a time as 2026-01-02T03:04:05Z' })

/** The query of `GET /v1/labeling-jobs`. */
export const JobQuery = PageQuery.extend({
  cursor: z.string().max(MOST_CURSOR).optional(),
  status: z.enum(JOB_STATUSES).optional(),
  batch: BatchName.optional(),
  nameContains: z
    .string()
    .regex(/^[a-zA-Z0-9-]{1,63}$/, 'must be 1 to 63 letters, digits and hyphens')
    .optional(),
  createdAfter: Time.optional(),
  createdBefore: Time.optional(),
  order: z.enum(['newest-first', 'oldest-first']).default('newest-first'),
})
export type JobQuery = z.infer<typeof JobQuery>

/** A page of the account's labeling jobs, ours and others. Of a batch, it may hold few, or none, and not be the last. */
export async function listJobs(
  { limit, cursor, order, batch, ...filter }: JobQuery,
  ports: Ports,
): Promise<Page<LabelingJobItem>> {
  const { jobs, next } = await ports.labeler.list({
    ...filter,
    oldestFirst: order === 'oldest-first',
    limit: Math.min(limit, MOST_AT_ONCE),
    after: fromCursor(cursor),
  })
  const items = await Promise.all(jobs.map((live) => itemOf(live, ports)))
  const wanted = items.filter((item) => batch === undefined || item.batch === batch)
  return { items: wanted, ...(next !== undefined && { nextCursor: toCursor(next) }) }
}

async function itemOf(live: LabelerJob, ports: Ports): Promise<LabelingJobItem> {
  const state = await stateOf(live.job, ports)
  const { request: _, labels: __, ...item } = toJobView({ state, live }, ports)
  return item
}

/** What cannot be read of one job must not hide the others. */
async function stateOf(job: string, ports: Ports): Promise<LabelingJobState | undefined> {
  try {
    return (await findJob(job, ports))?.value
  } catch (error) {
    if (error instanceof AppError) throw error
    ports.log.error('state.corrupt', { job, error })
    return undefined
  }
}
