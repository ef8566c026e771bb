import * as z from 'zod'
import { AppError } from '../../contracts/errors.ts'
import type { SessionWorker } from '../../contracts/worker.ts'
import type { CheckSession } from '../../platform/http/endpoint.ts'
import type { Ports } from '../../platform/ports.ts'
import { folderCache } from '../../platform/state/folder-cache.ts'
import { signText, verifyText } from '../../platform/tokens/signed-text.ts'
import { SESSION_PREFIX } from '../../platform/tokens/token.ts'
import { labelingKey } from './labeling-key.ts'
import { workerPseudonym } from './pseudonym.ts'
import { isExpired, type WorkerState } from './state.ts'
import { WORKERS, workerRef } from './store.ts'

/** How long a session lasts at most. */
const SESSION_MILLISECONDS = 12 * 3600 * 1000
const PURPOSE = 'session'
const LINK_CHARACTERS = 16

/** What a session says, signed. Whoever has it can read it. */
const Session = z.object({
  /** Name of the worker. */
  worker: z.string(),
  /** Id of the worker's record. */
  id: z.string(),
  /** From 1. */
  seat: z.int(),
  /** The start of the hash of the link that it was opened with. */
  link: z.string(),
  /** When it ends: milliseconds since 1970. */
  until: z.number(),
})
type Session = z.infer<typeof Session>

/** Signs a session of a worker: `gws_` and a signed text. @returns it, and when it ends */
export async function newSession(
  state: WorkerState,
  seat: number,
  ports: Pick<Ports, 'objects' | 'newId' | 'now'>,
): Promise<{ readonly session: string; readonly expiresAt: string }> {
  const longest = ports.now().getTime() + SESSION_MILLISECONDS
  const until = state.expiresAt === undefined ? longest : Math.min(longest, Date.parse(state.expiresAt))
  const { worker, id } = state
  const session: Session = { worker, id, seat, link: shortLink(state), until }
  const text = signText(session, PURPOSE, await labelingKey.findOrCreate(ports))
  return { session: `${SESSION_PREFIX}${text}`, expiresAt: new Date(until).toISOString() }
}

/**
 * Returns the check of sessions for the endpoints of one function. The signature is verified without a request, and the
 * records of workers are checked by one listing before they are a minute old: a worker that is removed, expired or has
 * another link is refused within a minute.
 */
export function workerSessions(): CheckSession {
  const find = folderCache(WORKERS, workerRef)
  return async (text, ports) => {
    const session = await openSession(text, ports)
    if (!session) throw invalidSession()
    // A session of a link that was made since the record was read is valid at once.
    const isAllowed = (state: WorkerState): boolean => isValid(session, state, ports.now())
    const state = await find(session.worker, ports, isAllowed)
    if (!state || !isAllowed(state)) throw invalidSession()
    return toSessionWorker(state, session.seat)
  }
}

async function openSession(text: string, ports: Pick<Ports, 'objects' | 'now'>): Promise<Session | undefined> {
  const key = await labelingKey.find(ports)
  const session = key && verifyText(text.slice(SESSION_PREFIX.length), PURPOSE, key, Session)
  return session && session.until > ports.now().getTime() ? session : undefined
}

/** Whether the worker's record still allows a session. Pure. */
const isValid = ({ id, link }: Session, state: WorkerState, now: Date): boolean =>
  id === state.id && link === shortLink(state) && !isExpired(state, now)

const shortLink = ({ link }: WorkerState): string => link.sha256.slice(0, LINK_CHARACTERS)

const toSessionWorker = ({ worker, id, role, jobs }: WorkerState, seat: number): SessionWorker => ({
  worker,
  id: workerPseudonym(id, seat),
  role,
  jobs,
})

const invalidSession = (): AppError =>
  new AppError('unauthorized', 'The session is unknown, has ended or was revoked; open the link again.')
