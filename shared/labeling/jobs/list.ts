import * as z from 'zod'
import { BatchName } from '../../contracts/batch-name.ts'
import { JOB_STATUSES } from '../../contracts/labeler.ts'
import type { LabelingJobItem } from '../../contracts/labeling-job.ts'
import { type Page, PageQuery } from '../../contracts/page.ts'
import { Warning } from '../../contracts/warning.ts'
import type { Ports } from '../../platform/ports.ts'
import type { EngineNeeds } from './engine-jobs.ts'
import { type IndexPage, listIndex } from './job-index.ts'
import { parseListCursor, toListCursor } from './list-cursor.ts'
import { findOwnItem, findServiceItem } from './list-items.ts'
import { listAtService, toServicePosition } from './list-service.ts'
import { mergeLists } from './merge-lists.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config'>

/** The largest page: that of SageMaker. */
export const MAX_PAGE_JOBS = 100

/** The tokens of SageMaker have up to 8,192 characters. */
const MAX_CURSOR_CHARACTERS = 12_000

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

/** Fields of a page besides its items. */
export const JOB_PAGE_FIELDS = {
  warnings: z
    .array(Warning)
    .optional()
    .describe('Why jobs are missing: `sagemaker-unavailable` where SageMaker does not list its own'),
}

interface JobPage extends Page<LabelingJobItem> {
  readonly warnings?: readonly Warning[]
}

const NO_ENTRIES: IndexPage = { entries: [], next: undefined }

/**
 * Returns a page of the labeling jobs of both engines, by time of creation: those of Groundwork's own engine, and all of
 * the account at SageMaker, whether they were created here or not. A job whose state cannot be read is shown as
 * unreadable. Where SageMaker does not answer, as for accounts that it is closed to, the page has a warning. With a filter,
 * a page may have few items or none without being the last.
 */
export async function listJobs({ limit: requested, cursor, ...query }: JobQuery, ports: Needs): Promise<JobPage> {
  const limit = Math.min(requested, MAX_PAGE_JOBS)
  const { order, status, batch } = query
  const from = parseListCursor(cursor) ?? { own: '', service: { token: undefined, limit, past: undefined } }
  const [own, service] = await Promise.all([
    from.own === 'end' ? NO_ENTRIES : listIndex(order, query, from.own || undefined, ports),
    listAtService(query, from.service, ports),
  ])
  const isBefore = (one: { createdAt: string }, other: { createdAt: string }): boolean => {
    const difference = Date.parse(one.createdAt) - Date.parse(other.createdAt)
    return order === 'oldest-first' ? difference <= 0 : difference >= 0
  }
  const [ownPart, servicePart] = [
    { items: own.entries, isMore: own.next !== undefined },
    { items: service.jobs, isMore: service.next !== undefined },
  ]
  const merged = mergeLists(ownPart, servicePart, limit, isBefore)
  const found = await Promise.all(
    merged.items.map((item) =>
      'key' in item ? findOwnItem(item, status, ports) : findServiceItem(item, batch, ports),
    ),
  )
  const isOwnDone = merged.first === own.entries.length
  const nextOwn = isOwnDone ? (own.next ?? 'end') : (own.entries[merged.first - 1]?.key ?? from.own)
  const nextCursor = toListCursor({ own: nextOwn, service: toServicePosition(service, merged.second, limit) })
  return {
    items: found.filter((item) => item !== undefined),
    ...(nextCursor !== undefined && { nextCursor }),
    ...(service.warnings.length > 0 && { warnings: service.warnings }),
  }
}
