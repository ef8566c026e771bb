import { AppError } from '../../contracts/errors.ts'
import type { WorkerRequest, WorkerView, WorkerWithLink } from '../../contracts/worker.ts'
import type { Config } from '../../platform/config.ts'
import { assertSameRequest } from '../../platform/http/assert-same-request.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../platform/state/corrupt-state.ts'
import { createState } from '../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../platform/state/retry-on-conflict.ts'
import { hashSecret, newSecret, removeLink, storeLink, toLink } from './link.ts'
import type { WorkerState } from './state.ts'
import { findWorker, workerRef } from './store.ts'
import { toWorkerView } from './view.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'objects' | 'now' | 'newId'> & { readonly config: Pick<Config, 'apiUrl'> }

type Creation = { readonly created: WorkerWithLink } | { readonly view: WorkerView }

/**
 * Creates a worker. Only the call that creates it returns its link.
 * @throws AppError `conflict` when another worker has the name, `invalid-request` when the worker would have expired
 *   already, `corrupt-state` when the worker of that name cannot be read
 */
export function createWorker(
  worker: string,
  request: WorkerRequest,
  { validateOnly }: { readonly validateOnly: boolean },
  ports: Needs,
): Promise<Creation> {
  return retryOnConflict(workerRef(worker).key, async () => {
    const existing = await readOrCorrupt(findWorker(worker, ports))
    if (existing instanceof CorruptStateError) throw toRepairError(worker, existing)
    if (existing) return { view: viewExisting(request, existing.value, ports) }
    const secret = newSecret()
    const state = newWorker(worker, request, hashSecret(secret), ports)
    const view = toWorkerView(state, ports.now())
    if (view.state === 'expired') throw expiresTooEarly(request)
    if (validateOnly) return { view }
    return (await store(state, ports)) ? { created: { ...view, link: toLink(secret, ports.config.apiUrl) } } : CONFLICT
  })
}

/** Returns false when another call has created a worker of that name. */
export async function store(state: WorkerState, ports: Pick<Ports, 'objects' | 'newId'>): Promise<boolean> {
  await storeLink(state, state.link.sha256, ports)
  if (await createState(workerRef(state.worker), state, ports)) return true
  await removeLink(state.link.sha256, ports)
  return false
}

/** Returns a worker that is not stored yet. @param sha256 of the secret of its link */
export function newWorker(
  worker: string,
  request: WorkerRequest,
  sha256: string,
  { now, newId }: Pick<Ports, 'now' | 'newId'>,
): WorkerState {
  const createdAt = now().toISOString()
  return { worker, id: newId(), ...normalize(request), taken: [], link: { sha256, createdAt }, createdAt }
}

/** Two requests that mean the same become equal. */
const normalize = ({ role, jobs, seats, expiresAt }: WorkerRequest) => ({
  role,
  ...(jobs && { jobs: jobs.toSorted() }),
  seats,
  ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
})

/** Checks that a repeated request equals the first one. */
function viewExisting(request: WorkerRequest, state: WorkerState, { now }: Pick<Ports, 'now'>): WorkerView {
  const taken = `Worker "${state.worker}" exists with other settings; remove it first or choose another name.`
  assertSameRequest(comparable(state), comparable(request), taken)
  return toWorkerView(state, now())
}

/** The names of jobs are compared without case. */
const comparable = ({ role, jobs, seats, expiresAt }: Pick<WorkerState, 'role' | 'jobs' | 'seats' | 'expiresAt'>) => ({
  ...normalize({ role, jobs: jobs?.map((job) => job.toLowerCase()), seats, expiresAt }),
})

const expiresTooEarly = ({ expiresAt }: WorkerRequest): AppError => {
  const issue = { at: 'body.expiresAt', message: `must be in the future, not ${expiresAt}` }
  return new AppError('invalid-request', `${issue.at}: ${issue.message}.`, [issue])
}

/** The answers that this worker gave carry an id that is lost with the record, so it is not replaced without being asked. */
const toRepairError = (worker: string, { message }: CorruptStateError): AppError =>
  new AppError(
    'corrupt-state',
    `${message} DELETE /v1/workers/${worker} removes it; then it can be created again, with a new link.`,
  )
