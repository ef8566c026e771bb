import * as z from 'zod'
import { EVENT_TYPES } from '../../contracts/event-type.ts'
import type { Ports } from '../ports.ts'
import { publishEvent } from './domain-event.ts'
import type { Migration } from './record-type.ts'
import { storedEnum, storedObject } from './stored-schema.ts'

/**
 * A domain event stored with the state change that caused it, until it is published (transactional outbox).
 * @see https://microservices.io/patterns/data/transactional-outbox.html
 */
export const PendingEvent = storedObject({
  type: storedEnum(EVENT_TYPES),
  /** Distinguishes this occurrence from others of the same subject and type; part of the event's id. */
  dedupKey: z.string(),
  /** When it happened, RFC 3339. */
  timestamp: z.string(),
  data: z.record(z.string(), z.unknown()),
})
export type PendingEvent = z.infer<typeof PendingEvent>

/** A state that carries its own outbox. */
export interface WithOutbox {
  readonly pendingEvents?: PendingEvent[] | undefined
}

/** Returns the state with one more event to publish. Pure. */
export const enqueueEvent = <State extends WithOutbox>(state: State, event: PendingEvent): State => ({
  ...state,
  pendingEvents: [...(state.pendingEvents ?? []), event],
})

/**
 * Publishes the pending events of a state, then removes them from it. A crash in between publishes them again, with the
 * same ids.
 * @param subject key of the state object, part of each event's id
 * @param update the compare-and-swap of that object
 * @returns the state as it is afterwards
 */
export async function publishPending<State extends WithOutbox>(
  subject: string,
  state: State,
  update: (change: (current: State) => State | undefined) => Promise<State | undefined>,
  ports: Pick<Ports, 'messages' | 'metrics' | 'requestId'>,
): Promise<State> {
  const { pendingEvents: published } = state
  if (!published) return state
  for (const event of published) await publishEvent({ ...event, subject }, ports)
  return (await update((current) => withoutPublished(current, published))) ?? state
}

/** Returns the state without the published events; `undefined` when another caller has removed them already. Pure. */
function withoutPublished<State extends WithOutbox>(
  current: State,
  published: readonly PendingEvent[],
): State | undefined {
  const { pendingEvents, ...rest } = current
  const isPublished = ({ type, dedupKey }: PendingEvent): boolean =>
    published.some((event) => event.type === type && event.dedupKey === dedupKey)
  const left = pendingEvents?.filter((event) => !isPublished(event))
  if (left?.length === pendingEvents?.length) return undefined
  // Removing an optional field leaves a State.
  return (left && left.length > 0 ? { ...rest, pendingEvents: left } : rest) as State
}

/** Migrates the outbox of version 1: `untold`, whose entries had a `time`. Pure. */
export const renameUntold: Migration = ({ untold, ...record }) =>
  Array.isArray(untold)
    ? { ...record, pendingEvents: untold.map(({ time, ...event }) => ({ dedupKey: time, ...event })) }
    : record
