import * as z from 'zod'
import { Count } from './fields.ts'
import { instant } from './instant.ts'
import { JobName } from './job-name.ts'
import { ResourceName } from './resource-name.ts'
import { unreadableItem } from './unreadable.ts'

/** What a worker may do: `label` images, or `review` what others disagree about as well. */
export const WORKER_ROLES = ['label', 'review'] as const
export type WorkerRole = (typeof WORKER_ROLES)[number]

/** Seats of a shared link. */
export const MAX_SEATS = 200
/** Jobs that a worker can be restricted to. */
const MAX_JOBS = 100

export const WorkerName = ResourceName.describe('Name of the worker. Case is ignored')

const Role = z.enum(WORKER_ROLES).describe('`label` draws boxes; `review` also decides where answers differ')

/** The body of `PUT /v1/workers/{worker}`. */
export const WorkerRequest = z
  .strictObject({
    role: Role.default('label'),
    jobs: z
      .array(JobName)
      .min(1)
      .max(MAX_JOBS)
      .refine((jobs) => new Set(jobs.map((job) => job.toLowerCase())).size === jobs.length, {
        error: 'must not contain duplicates',
      })
      .meta({ uniqueItems: true })
      .optional()
      .describe('The labeling jobs that the worker sees; all of them by default. They need not exist yet'),
    seats: z
      .int()
      .min(1)
      .max(MAX_SEATS)
      .default(1)
      .describe('How many people may share the link: each browser becomes a numbered worker'),
    expiresAt: z.iso.datetime({ offset: true }).optional().describe('When the worker stops working; never by default'),
  })
  .meta({ id: 'WorkerRequest', description: 'Somebody who labels images.' })
export type WorkerRequest = z.infer<typeof WorkerRequest>

/** A worker as the API returns it, without the secret of its link. */
export const WorkerView = z
  .object({
    worker: WorkerName,
    state: z.enum(['active', 'expired']).describe('The link of an expired worker opens nothing'),
    role: Role,
    jobs: z.array(JobName).optional().describe('The labeling jobs that the worker sees. Absent: all of them'),
    seats: z.int().min(1).describe('How many people may share the link'),
    seatsTaken: Count.describe('Seats that a browser has taken. 0 or 1 for a link that is not shared'),
    workerIds: z
      .array(z.string())
      .describe('The pseudonym of each seat that is taken, in their order, as results of labeling jobs name them'),
    linkCreatedAt: instant('When the link was created'),
    lastSeenAt: instant('When the link was last opened').optional(),
    expiresAt: instant('When the worker stops working').optional(),
    createdAt: instant('When it was created'),
  })
  .meta({ id: 'Worker', description: 'Somebody who labels images.' })
export type WorkerView = z.infer<typeof WorkerView>

/** A worker in a list. */
export const WorkerItem = z
  .discriminatedUnion('state', [WorkerView, unreadableItem('worker', 'UnreadableWorker')])
  .meta({ id: 'WorkerItem', description: 'A worker in a list.' })
export type WorkerItem = z.infer<typeof WorkerItem>

/** A worker with its link, which is never returned again. */
export const WorkerWithLink = WorkerView.extend({
  link: z
    .string()
    .meta({ pattern: '^\\S*/label#w\\.[A-Za-z0-9_-]{43}$' })
    .describe('Opens the labeling page as this worker. Send it to that person only'),
}).meta({ id: 'WorkerWithLink', description: 'A worker with its link. The link is never returned again.' })
export type WorkerWithLink = z.infer<typeof WorkerWithLink>

/** Whoever calls an endpoint with the scope `label`. */
export interface SessionWorker {
  /** The worker's name. It stays in the records of workers: results, and what other workers see, have the `id`. */
  readonly worker: string
  /** The pseudonym: 16 hexadecimal digits. */
  readonly id: string
  readonly role: WorkerRole
  /** The labeling jobs that the worker sees; undefined for all of them. */
  readonly jobs: readonly string[] | undefined
}
