import type { SentEvent } from './events.ts'
import { type Evidence, endsIn, jsonIn } from './evidence.ts'
import type { Findings } from './findings.ts'

/** What an event is about: no two of these share one, and none has two ids. */
const subjectOf = ({ type, timestamp, data }: SentEvent): string =>
  [type, data.batchId ?? data.importId, timestamp].join(' ')

/** What keeps an event that was sent from being told: it is not stored, or not announced to the webhooks. */
function undispatched({ id }: SentEvent, evidence: Evidence): string | undefined {
  const stored = jsonIn(evidence, `system/events/${id}.json`)
  if (!stored) return `the event ${id} is not stored`
  return stored.dispatchedAt === undefined ? `the event ${id} was never announced` : undefined
}

/** Holds events against the ends of rounds: each that finished has one, under one id, and all were told. */
export function auditEvents(evidence: Evidence): Findings {
  const ids = new Map<string, Set<string>>()
  const said = new Map<string, Set<string>>()
  for (const event of evidence.events) {
    ids.set(subjectOf(event), (ids.get(subjectOf(event)) ?? new Set()).add(event.id))
    said.set(event.id, (said.get(event.id) ?? new Set()).add(JSON.stringify([event.type, event.data])))
  }
  const doubled = [...ids].filter(([, { size }]) => size > 1).map(([subject]) => `${subject} has two event ids`)
  const changed = [...said].filter(([, { size }]) => size > 1).map(([id]) => `the event ${id} says two things`)
  const lost = evidence.batches.flatMap((batch) => {
    const batchId = jsonIn(evidence, `data/${batch}/batch.json`)?.batchId
    const ends = endsIn(evidence, `data/${batch}/copies/${batchId}/`)
    return ends.flatMap(([round, { state, endedAt, completedAt }]) => {
      const isTold = evidence.events.some(({ timestamp, data }) => timestamp === endedAt && data.batchId === batchId)
      if (state === 'cancelled') return isTold ? [`${batch}: round ${round} was cancelled, and has an event`] : []
      return isTold && completedAt ? [] : [`${batch}: round ${round} has no event`]
    })
  })
  const silent = new Set(evidence.events.flatMap((event) => undispatched(event, evidence) ?? []))
  return { lost: [...lost, ...silent], doubled: [...doubled, ...changed], left: [] }
}
