import type { StoredRound } from './bucket-contents.ts'
import type { World } from './world.ts'

interface SentEvent {
  readonly id: string
  readonly timestamp: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Returns the events sent so far, duplicates included. */
export const eventsIn = ({ sent }: World): SentEvent[] => sent.events as SentEvent[] // the ports in memory keep what was sent

/** Lists violations in the events sent: each id has one content, and each content has one id. */
export function wrongInEvents(world: World): string[] {
  const contents = new Map<string, string>()
  const wrong: string[] = []
  for (const event of eventsIn(world)) {
    const text = JSON.stringify([event.type, event.timestamp, event.data])
    if ((contents.get(event.id) ?? text) !== text) wrong.push(`the event ${event.id} has two contents`)
    if ([...contents].some(([id, other]) => other === text && id !== event.id)) wrong.push(`${text} has two ids`)
    contents.set(event.id, text)
  }
  return wrong
}

/** Lists violations in the end of a round: it is open, or finished and not completed, or cancelled and completed. */
export function wrongInEnd({ end, endKey }: StoredRound): string[] {
  if (!end) return [`${endKey} is missing: the round is open`]
  const isCompleted = end.completedAt !== undefined
  return isCompleted === (end.state === 'finished') ? [] : [`${endKey} is ${end.state}, completed: ${isCompleted}`]
}
