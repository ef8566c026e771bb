import type { WorkerView } from '../../contracts/worker.ts'
import { workerPseudonym } from './pseudonym.ts'
import { isExpired, type WorkerState } from './state.ts'

/** Converts a worker to its API view. Pure. */
export function toWorkerView(state: WorkerState, now: Date): WorkerView {
  const { worker, id, role, jobs, seats, link, lastSeenAt, expiresAt, createdAt } = state
  const seatsTaken = countSeats(state)
  return {
    worker,
    state: isExpired(state, now) ? 'expired' : 'active',
    role,
    ...(jobs && { jobs }),
    seats,
    seatsTaken,
    workerIds: Array.from({ length: seatsTaken }, (_, index) => workerPseudonym(id, index + 1)),
    linkCreatedAt: link.createdAt,
    ...(lastSeenAt !== undefined && { lastSeenAt }),
    ...(expiresAt !== undefined && { expiresAt }),
    createdAt,
  }
}

/** The only seat of a link that is not shared counts as taken once the link was opened. */
const countSeats = ({ seats, taken, lastSeenAt }: WorkerState): number =>
  seats > 1 ? taken.length : lastSeenAt === undefined ? 0 : 1
