import { type ConsolidationItem, ConsolidationName, type ConsolidationView } from '../../contracts/consolidation.ts'
import { AppError } from '../../contracts/errors.ts'
import { fromCursor, invalidCursor, type Page, type PageRequest } from '../../contracts/page.ts'
import type { Ports } from '../../platform/ports.ts'
import { readOrUnreadable } from '../../platform/state/corrupt-state.ts'
import { readPage } from '../../platform/storage/read-page.ts'
import { type ConsolidationState, findConsolidation } from '../engine/again/consolidation-state.ts'
import type { Work } from '../engine/work.ts'
import { listConsolidationNames } from './consolidation-names.ts'
import { toConsolidationView } from './consolidation-view.ts'
import { getJobWithWork } from './job-with-work.ts'

/** The ports that this file uses. */
type Needs = Parameters<typeof getJobWithWork>[1]

/**
 * Returns a page of the consolidations of a job, sorted by name without case. One that cannot be read is shown as
 * unreadable.
 * @throws AppError as {@link getJobWithWork} does
 */
export async function listConsolidations(
  job: string,
  { limit, cursor }: PageRequest,
  ports: Needs,
): Promise<Page<ConsolidationItem>> {
  const after = fromCursor(cursor)
  if (after !== undefined && !ConsolidationName.safeParse(after).success) throw invalidCursor()
  const { work } = await getJobWithWork(job, ports)
  const names = await listConsolidationNames(work, ports)
  const left = after === undefined ? names : names.filter((name) => name > after)
  return readPage<ConsolidationItem>(left.slice(0, limit), left.length > limit, {
    read: async (name) => {
      const item = await readOrUnreadable(findView(work, name, ports))
      return item && { name, ...item }
    },
    replace: (name, unreadable) => ({ name, ...unreadable }),
  })
}

async function findView(
  work: Work,
  name: string,
  ports: Pick<Ports, 'objects'>,
): Promise<ConsolidationView | undefined> {
  const found = await findConsolidation(work, name, ports)
  return found && toConsolidationView(found.value, work)
}

/** Returns a consolidation. @throws AppError `not-found`, and as {@link getJobWithWork} does */
export async function getConsolidation(job: string, name: string, ports: Needs): Promise<ConsolidationView> {
  const { work } = await getJobWithWork(job, ports)
  return toConsolidationView(await getConsolidationState(work, name, ports), work)
}

/** @throws AppError `not-found` */
export async function getConsolidationState(
  work: Work,
  name: string,
  ports: Pick<Ports, 'objects'>,
): Promise<ConsolidationState> {
  const found = await findConsolidation(work, name, ports)
  if (found) return found.value
  throw new AppError(
    'not-found',
    `The labeling job "${work.job}" has no consolidation "${name}"; POST /v1/labeling-jobs/${work.job}/consolidate creates it.`,
  )
}
