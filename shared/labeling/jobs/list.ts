import * as z from 'zod'
import { BatchName } from '../../contracts/batch-name.ts'
import { JOB_STATUSES, type LabelerJob } from '../../contracts/labeler.ts'
import type { LabelingJobItem, LabelingJobSummary } from '../../contracts/labeling-job.ts'
import { fromCursor, type Page, PageQuery, toCursor } from '../../contracts/page.ts'
import type { Ports } from '../../platform/ports.ts'
import { readOrUnreadable } from '../../platform/state/corrupt-state.ts'
import { assertNotLost, parseOwnBatch } from './own-job.ts'
import { findJob } from './store.ts'
import { toJobView } from './view.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'labeler' | 'now'>

/** The largest page that the service returns. */
export const MAX_PAGE_JOBS = 100

/** The tokens of the service have up to 8,192 characters. */
const MAX_CURSOR_CHARACTERS = 11_000

const Time = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-01-02T03:04:05Z' })

/** The query of `GET /v1/labeling-jobs`. */
export const JobQuery = PageQuery.extend({
  cursor: z.string().max(MAX_CURSOR_CHARACTERS).optional().describe('The `nextCursor` of the previous page'),
  status: z.enum(JOB_STATUSES).optional().describe('Only jobs with this status'),
  batch: BatchName.optional().describe('Only jobs on this batch'),
  nameContains: z
    .string()
    .regex(/^[a-zA-Z0-9-]{1,63}$/, 'must be 1 to 63 letters, digits and hyphens')
    .optional()
    .describe('Only jobs whose name contains this text'),
  createdAfter: Time.optional().describe('Only jobs that were created after this time'),
  createdBefore: Time.optional().describe('Only jobs that were created before this time'),
  order: z.enum(['newest-first', 'oldest-first']).default('newest-first').describe('Order by time of creation'),
})
export type JobQuery = z.infer<typeof JobQuery>

/**
 * Returns a page of the labeling jobs of the account, whether they were created here or not. A job whose state cannot be
 * read is shown as unreadable. With a filter by batch, a page may have few items or none without being the last.
 */
export async function listJobs(
  { limit, cursor, order, batch, ...filter }: JobQuery,
  ports: Needs,
): Promise<Page<LabelingJobItem>> {
  const { jobs, next } = await ports.labeler.list({
    ...filter,
    oldestFirst: order === 'oldest-first',
    limit: Math.min(limit, MAX_PAGE_JOBS),
    after: fromCursor(cursor),
  })
  const items = await Promise.all(jobs.map((live) => findItem(live, batch, ports)))
  return {
    items: items.filter((item) => item !== undefined),
    ...(next !== undefined && { nextCursor: toCursor(next) }),
  }
}

/** Returns the item of a job; undefined when it is a job of another batch. */
async function findItem(
  live: LabelerJob,
  batch: string | undefined,
  ports: Needs,
): Promise<LabelingJobItem | undefined> {
  const item = await readOrUnreadable(readSummary(live, ports))
  const itsBatch = 'problem' in item ? parseOwnBatch(live, ports) : item.batch
  return batch === undefined || itsBatch === batch ? { job: live.job, ...item } : undefined
}

async function readSummary(live: LabelerJob, ports: Needs): Promise<LabelingJobSummary> {
  const found = await findJob(live.job, ports)
  if (!found) assertNotLost(live, ports)
  const { request: _, labels: __, omitted: ___, ...summary } = toJobView({ state: found?.value, live }, ports)
  return summary
}
