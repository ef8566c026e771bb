import { AppError } from '../../contracts/errors.ts'
import type { SessionRequest, SessionView } from '../../contracts/session.ts'
import type { Ports } from '../../platform/ports.ts'
import { updateState } from '../../platform/state/compare-and-swap.ts'
import { readState } from '../../platform/state/record.ts'
import { isSameText } from '../../platform/tokens/signed-text.ts'
import { hashSecret, hashText } from './link.ts'
import { findSeat, takeSeat } from './seats.ts'
import { newSession } from './session.ts'
import { isExpired, type WorkerLink, type WorkerState } from './state.ts'
import { findWorker, linkRef, workerRef } from './store.ts'

/**
 * Opens a session with the secret of a link. Repeating it opens another session of the same worker.
 * @throws AppError `unauthorized` when the secret opens nothing: it is unknown, was replaced, or its worker has expired;
 *   `invalid-request` without a seat for a shared link; `quota-reached` when all its seats are taken
 */
export async function openSession(
  { secret, seat }: SessionRequest,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<SessionView> {
  // Looking up the hash instead of comparing secrets keeps the time from revealing anything about existing ones.
  const sha256 = hashSecret(secret)
  const link = (await readState(linkRef(sha256), ports))?.value
  const found = link && (await findWorker(link.worker, ports))
  if (!found) throw unknownLink()
  const seatHash = seat === undefined ? undefined : hashText(seat)
  const now = ports.now()
  const enter = (state: WorkerState): WorkerState | undefined => {
    if (!opens(link, state) || isExpired(state, now)) throw unknownLink()
    return takeSeat(state, seatHash, now)
  }
  const entered = await updateState({ ...workerRef(link.worker), known: found }, enter, ports)
  if (!entered) throw unknownLink()
  const { value: state } = entered
  const number = findSeat(state, seatHash)
  return { ...(await newSession(state, number, ports)), worker: state.worker, seat: number, role: state.role }
}

/** Whether a link is the one that the worker has now. Pure. */
const opens = (link: WorkerLink, state: WorkerState): boolean =>
  link.id === state.id && isSameText(link.sha256, state.link.sha256)

const unknownLink = (): AppError =>
  new AppError('unauthorized', 'The link is unknown, has expired or was replaced; ask for a new one.')
