import * as z from 'zod'
import { WORKER_ROLES } from '../../contracts/worker.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../../platform/state/stored-schema.ts'

/** `system/labeling-workers/<lower-case name>.json`: a worker. The secret of its link is not stored. */
const WorkerState = storedObject({
  worker: z.string(),
  /** Random; distinguishes workers that had the same name at different times, and makes the pseudonyms. */
  id: z.string(),
  role: storedEnum(WORKER_ROLES),
  jobs: z.array(z.string()).optional(),
  seats: z.int().min(1),
  /** Of a shared link: who has which seat, the first one first. */
  taken: z.array(storedObject({ sha256: z.string(), at: z.string() })),
  /** The only link that opens: the SHA-256 of its secret in hexadecimal digits. */
  link: storedObject({ sha256: z.string(), createdAt: z.string() }),
  lastSeenAt: z.string().optional(),
  expiresAt: z.string().optional(),
  createdAt: z.string(),
})
export type WorkerState = z.infer<typeof WorkerState>

export const WORKER = recordType('a worker', WorkerState)

/**
 * `system/labeling-links/<sha256>.json`: whose secret that is. Only a hint: what the worker's record says counts, so a
 * link that a crash has left opens nothing.
 */
const WorkerLink = storedObject({ sha256: z.string(), worker: z.string(), id: z.string() })
export type WorkerLink = z.infer<typeof WorkerLink>

export const WORKER_LINK = recordType('a link of a worker', WorkerLink)

/** Whether a worker works no more. Pure. */
export const isExpired = ({ expiresAt }: Pick<WorkerState, 'expiresAt'>, now: Date): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime()
