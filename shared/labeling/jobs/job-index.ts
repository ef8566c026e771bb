import type { Ports } from '../../platform/ports.ts'
import { writeFile } from '../../platform/storage/stored-file.ts'
import type { LabelingJobState } from './state.ts'

/**
 * Keys of empty objects by which the jobs of Groundwork's own engine are listed by time of creation, as S3 lists keys in
 * ascending order only: `system/labeling-index/oldest-first/<time>.<job>.<batch>`, and the same under `newest-first/` with
 * the time counted backwards. Times are milliseconds, in 15 digits.
 */
const FOLDERS = {
  'oldest-first': 'system/labeling-index/oldest-first/',
  'newest-first': 'system/labeling-index/newest-first/',
} as const
export type ListOrder = keyof typeof FOLDERS

const DIGITS = 15
/** After the end of time, as dates have it. */
const MAX_TIME = 999_999_999_999_999

/** A job as the index has it. */
export interface IndexEntry {
  readonly key: string
  readonly job: string
  readonly batch: string
  /** RFC 3339. */
  readonly createdAt: string
}

/** Filters that need nothing but the index. */
export interface IndexFilter {
  readonly batch?: string | undefined
  readonly nameContains?: string | undefined
  readonly createdAfter?: string | undefined
  readonly createdBefore?: string | undefined
}

/** Converts a time to the digits that sort in an order, and back. Pure. */
const turn = (milliseconds: number, order: ListOrder): number =>
  order === 'oldest-first' ? milliseconds : MAX_TIME - milliseconds

const toKey = (
  { job, batch, createdAt }: Pick<LabelingJobState, 'job' | 'batch' | 'createdAt'>,
  order: ListOrder,
): string => `${FOLDERS[order]}${String(turn(Date.parse(createdAt), order)).padStart(DIGITS, '0')}.${job}.${batch}`

/** Adds a job to the index. Idempotent. */
export async function addToIndex(state: LabelingJobState, ports: Pick<Ports, 'objects'>): Promise<void> {
  await Promise.all([
    writeFile(toKey(state, 'oldest-first'), '', ports),
    writeFile(toKey(state, 'newest-first'), '', ports),
  ])
}

/** A part of the index. */
export interface IndexPage {
  readonly entries: readonly IndexEntry[]
  /** The last key of the part, if there may be more. */
  readonly next: string | undefined
}

/**
 * Lists jobs of the index that match a filter, with one LIST.
 * @param after key after which the list goes on
 */
export async function listIndex(
  order: ListOrder,
  filter: IndexFilter,
  after: string | undefined,
  { objects }: Pick<Ports, 'objects'>,
): Promise<IndexPage> {
  const folder = FOLDERS[order]
  const page = await objects.list(folder, after === undefined ? {} : { after })
  const all = page.objects.flatMap(({ key }) => parseKey(key, order) ?? [])
  return { entries: all.filter((entry) => matches(entry, filter)), next: page.next }
}

function parseKey(key: string, order: ListOrder): IndexEntry | undefined {
  const [, digits, job, batch] =
    /^(\d{15})\.([a-zA-Z0-9-]+)\.([a-zA-Z0-9-]+)$/.exec(key.slice(FOLDERS[order].length)) ?? []
  if (digits === undefined || job === undefined || batch === undefined) return undefined
  const milliseconds = turn(Number(digits), order)
  // What somebody else has put into the folder may name no time.
  const time = new Date(milliseconds)
  return Number.isNaN(time.getTime()) ? undefined : { key, job, batch, createdAt: time.toISOString() }
}

function matches(entry: IndexEntry, { batch, nameContains = '', createdAfter, createdBefore }: IndexFilter): boolean {
  const time = Date.parse(entry.createdAt)
  return (
    (batch === undefined || entry.batch === batch) &&
    entry.job.includes(nameContains) &&
    (createdAfter === undefined || time > Date.parse(createdAfter)) &&
    (createdBefore === undefined || time < Date.parse(createdBefore))
  )
}
