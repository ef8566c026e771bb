import type { SessionView } from '../../../shared/contracts/session.ts'
import { openSession } from './label-api.ts'

/** Who works in this tab. */
export interface SignedIn extends Pick<SessionView, 'worker' | 'seat' | 'role'> {
  /** Names the worker in this browser, also among those who share a link. */
  readonly account: string
  readonly session: string
  readonly secret: string
}

const SESSION_KEY = 'groundwork-label'
const SEAT_KEY = 'groundwork-seat'
const SECRET = /^w\.[A-Za-z0-9_-]{43}$/

/**
 * Takes the secret out of the address, so that nobody reads it there, nor sends it on with the address.
 * @returns undefined when the address has none
 */
export function takeSecret(): string | undefined {
  const secret = location.hash.slice(1)
  if (secret === '') return undefined
  history.replaceState(null, '', location.pathname)
  return secret
}

/** Returns the secret of a link that was typed or pasted: the whole link, or what follows `#`. Pure. */
export function parseLink(text: string): string | undefined {
  const secret = text.trim().replace(/^.*#/, '')
  return SECRET.test(secret) ? secret : undefined
}

/** Signs in with the secret of a link. @throws ApiError when it is not valid any more, or cannot be checked now */
export async function signIn(secret: string): Promise<SignedIn> {
  const { session, worker, seat, role } = await openSession(secret, readSeat())
  const signedIn = { session, worker, seat, role, secret, account: `${worker}.${seat}` }
  sessionStorage.setItem(SESSION_KEY, JSON.stringify(signedIn))
  return signedIn
}

/** Returns who works in this tab: kept until it is closed. */
export function readSignedIn(): SignedIn | undefined {
  const kept = sessionStorage.getItem(SESSION_KEY)
  try {
    return kept === null ? undefined : (JSON.parse(kept) as SignedIn)
  } catch {
    return undefined
  }
}

export function signOut(): void {
  sessionStorage.removeItem(SESSION_KEY)
}

/** Returns what tells this browser from others that share a link. */
function readSeat(): string {
  const kept = localStorage.getItem(SEAT_KEY)
  if (kept !== null) return kept
  const seat = crypto.randomUUID()
  localStorage.setItem(SEAT_KEY, seat)
  return seat
}
