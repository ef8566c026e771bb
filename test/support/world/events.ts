import type { StoredRound } from './bucket-contents.ts'
import type { World } from './world.ts'

interface SentEvent {
  readonly id: string
  readonly timestamp: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Events sent so far, as often as they were. */
export const eventsIn = ({ sent }: World): SentEvent[] => sent.events as SentEvent[] // what our own fake was given

/** What is wrong with events, whosever: one id for one round and type, and the same words under one id. */
export function wrongInEvents(world: World): string[] {
  const said = new Map<string, string>()
  const wrong: string[] = []
  for (const event of eventsIn(world)) {
    const text = JSON.stringify([event.type, event.timestamp, event.data])
    if ((said.get(event.id) ?? text) !== text) wrong.push(`the event ${event.id} says two things`)
    if ([...said].some(([id, other]) => other === text && id !== event.id)) wrong.push(`${text} has two ids`)
    said.set(event.id, text)
  }
  return wrong
}

/** What is wrong with the end of a round: it is not followed up, or was cancelled and is. */
export function wrongInEnd({ end, endKey }: StoredRound): string[] {
  if (!end) return [`${endKey} is not there: the round is open`]
  const isFollowed = end.completedAt !== undefined
  return isFollowed === (end.state === 'finished') ? [] : [`${endKey} is ${end.state}, followed: ${isFollowed}`]
}
