import type { WorkerRequest, WorkerRole } from '../../../shared/contracts/worker.ts'
import { type ApiCall, toPath } from '../frame/calls.ts'

/** A worker as somebody fills it in. */
export interface WorkerForm {
  readonly name: string
  readonly role: WorkerRole
  /** Whether the worker sees some jobs only. */
  readonly isRestricted: boolean
  readonly jobs: readonly string[]
  readonly seats: string
  /** As a field for date and time has it, in the time zone of the browser; empty for never. */
  readonly expires: string
}

export type WorkerFormEvent = Partial<WorkerForm>

/** Where each field is in the request, as problems name it. */
export const WORKER_PLACES = {
  name: 'path.worker',
  role: 'body.role',
  jobs: 'body.jobs',
  seats: 'body.seats',
  expires: 'body.expiresAt',
} as const satisfies Partial<Record<keyof WorkerForm, string>>

export type WorkerField = keyof typeof WORKER_PLACES

/** Returns the form as a page opens it. Pure. @param query of the address: `role`, and `job` once for each */
export function openWorkerForm(query: URLSearchParams): WorkerForm {
  const jobs = query.getAll('job')
  return {
    name: '',
    role: query.get('role') === 'review' ? 'review' : 'label',
    isRestricted: jobs.length > 0,
    jobs,
    seats: '1',
    expires: '',
  }
}

/** Returns the form after a change. Pure. */
export const reduceWorkerForm = (form: WorkerForm, event: WorkerFormEvent): WorkerForm => ({ ...form, ...event })

/** Returns the body of the request: without fields that have their default. Pure. */
export function toWorkerBody({ role, isRestricted, jobs, seats, expires }: WorkerForm): Partial<WorkerRequest> {
  const count = Number(seats)
  const end = Date.parse(expires)
  return {
    ...(role !== 'label' && { role }),
    ...(isRestricted && { jobs: [...jobs] }),
    ...(seats.trim() !== '' && !Number.isNaN(count) && count !== 1 && { seats: count }),
    ...(!Number.isNaN(end) && { expiresAt: new Date(end).toISOString() }),
  }
}

/** Returns the call that makes the worker; undefined while there is no name. Pure. */
export const toWorkerCall = (form: WorkerForm): ApiCall | undefined =>
  form.name === '' ? undefined : { method: 'PUT', path: toPath('workers', form.name), body: toWorkerBody(form) }

/**
 * Returns the whole address of a worker's link. The API returns a path where it does not know its own address. Pure.
 * @param root address of the API, with a slash at its end
 */
export const toWholeLink = (link: string, root: string): string => new URL(link, root).href
