import { AppError, QuotaReachedError } from '../../contracts/errors.ts'
import type { WorkerState } from './state.ts'

/** `lastSeenAt` is precise to a minute: many who open a shared link at once do not all change its record. */
const SEEN_MILLISECONDS = 60_000

/**
 * Returns the state once a browser has opened the link: with its seat, and when that was. `undefined` when both are
 * recorded already. Pure.
 * @param seat hash of the text by which the browser is known again; only shared links need it
 * @throws AppError `invalid-request` without it, `quota-reached` when all seats are taken
 */
export function takeSeat(state: WorkerState, seat: string | undefined, now: Date): WorkerState | undefined {
  const at = now.toISOString()
  if (state.seats === 1 || hasSeat(state, seat)) return isSeen(state, now) ? undefined : { ...state, lastSeenAt: at }
  if (seat === undefined) throw seatRequired()
  if (state.taken.length >= state.seats)
    throw new QuotaReachedError(
      `All ${state.seats} seats of this link are taken. Open it in the browser that you used before, or ask for another.`,
    )
  return { ...state, taken: [...state.taken, { sha256: seat, at }], lastSeenAt: at }
}

/** Returns the number of a seat that was taken, from 1. Pure. */
export const findSeat = ({ seats, taken }: WorkerState, seat: string | undefined): number =>
  seats === 1 ? 1 : taken.findIndex(({ sha256 }) => sha256 === seat) + 1

const hasSeat = (state: WorkerState, seat: string | undefined): boolean => findSeat(state, seat) > 0

function isSeen({ lastSeenAt }: WorkerState, now: Date): boolean {
  const age = now.getTime() - Date.parse(lastSeenAt ?? '')
  return age >= 0 && age < SEEN_MILLISECONDS
}

function seatRequired(): AppError {
  const issue = { at: 'body.seat', message: 'is required, because several people share this link' }
  return new AppError('invalid-request', `${issue.at} ${issue.message}.`, [issue])
}
