import type { SentEvent } from './events.ts'
import { type Evidence, listRoundTotals, readJson } from './evidence.ts'
import type { Findings } from './findings.ts'

/** Identifies what an event is about. Each subject must have exactly one event id. */
const toSubject = ({ type, timestamp, data }: SentEvent): string =>
  [type, data.batchId ?? data.importId ?? data.job, timestamp].join(' ')

/** Returns why a sent event was not dispatched to webhooks, or undefined if it was. */
function findUndispatched({ id }: SentEvent, evidence: Evidence): string | undefined {
  const stored = readJson(evidence, `system/events/${id}.json`)
  if (!stored) return `the event ${id} is not stored`
  return stored.dispatchedAt === undefined ? `the event ${id} was not dispatched` : undefined
}

/** Compares events with round totals: each finished round must have one event with one id, and all must be dispatched. */
export function auditEvents(evidence: Evidence): Findings {
  const ids = new Map<string, Set<string>>()
  const payloads = new Map<string, Set<string>>()
  for (const event of evidence.events) {
    ids.set(toSubject(event), (ids.get(toSubject(event)) ?? new Set()).add(event.id))
    payloads.set(event.id, (payloads.get(event.id) ?? new Set()).add(JSON.stringify([event.type, event.data])))
  }
  const doubled = [...ids].filter(([, { size }]) => size > 1).map(([subject]) => `${subject} has two event ids`)
  const changed = [...payloads]
    .filter(([, { size }]) => size > 1)
    .map(([id, [one, other]]) => `the event ${id} has two payloads: ${one} and ${other}`)
  const lost = evidence.batches.flatMap((batch) => {
    const batchId = readJson(evidence, `data/${batch}/batch.json`)?.batchId
    const ends = listRoundTotals(evidence, `data/${batch}/copies/${batchId}/`)
    return ends.flatMap(([round, { state, endedAt, completedAt }]) => {
      const isSent = evidence.events.some(({ timestamp, data }) => timestamp === endedAt && data.batchId === batchId)
      if (state === 'cancelled') return isSent ? [`${batch}: the cancelled round ${round} has an event`] : []
      return isSent && completedAt ? [] : [`${batch}: round ${round} has no event`]
    })
  })
  const undispatched = new Set(evidence.events.flatMap((event) => findUndispatched(event, evidence) ?? []))
  return { lost: [...lost, ...undispatched], doubled: [...doubled, ...changed], left: [] }
}
