import type { SentEvent } from './events.ts'
import { type Evidence, endsIn, jsonIn } from './evidence.ts'
import type { Findings } from './findings.ts'

/** What an event is about: no two of these share one, and none has two ids. */
const subjectOf = ({ type, timestamp, data }: SentEvent): string =>
  [type, data.batchId ?? data.importId, timestamp].join(' ')

/** Holds events against the ends of rounds: each that finished has one, under one id. */
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
    return ends.flatMap(([round, { state, endedAt, followedAt }]) => {
      const isTold = evidence.events.some(({ timestamp, data }) => timestamp === endedAt && data.batchId === batchId)
      if (state === 'cancelled') return isTold ? [`${batch}: round ${round} was cancelled, and has an event`] : []
      return isTold && followedAt ? [] : [`${batch}: round ${round} has no event`]
    })
  })
  return { lost, doubled: [...doubled, ...changed], left: [] }
}
