import type { Places } from './step.ts'

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z?/g
/** A recording takes less than half of it: all happens at once, and what is later is so by whole minutes. */
const MINUTE = 60_000
const MADE_UP_START = Date.parse('2026-01-05T09:00:00.000Z')
/** Ids that we make: 16 digits and letters, of which those of images have no letter behind f. */
const MADE_ID = /\b(?=[0-9a-f]*[g-z])[0-9a-z]{16}\b/g
/** Ids of events and deliveries hold the time, and a hash of much else. */
const EVENT_ID = /\b(evt_)[0-9a-f]{32}|\b(dlv_)[0-9a-z]{11}_[0-9a-f]{16}/g
/** Ids of test images are hashes of their addresses. */
const TEST_IMAGE = /(?<="(?:imageId|image)":"|data\/test\/)[0-9a-f]{32}/g
const SECRET = /whsec_[A-Za-z0-9+/=]+/g
const SHOWN_CURSOR = Buffer.from('where the next page begins').toString('base64url')
const SHOWN_SECRET = `whsec_${Buffer.from('a secret is told once, here none').toString('base64')}`

/**
 * Puts what is another each time in words that stay: times count in minutes from one start, ids are numbered, addresses
 * are those that examples have, and nothing secret is shown.
 * @param start when the recording began
 */
export function stableWords(start: Date, { api, receiver }: Places & { readonly api: string }) {
  const ids = new Map<string, number>()
  const numberOf = (id: string, digits: number): string => {
    const number = ids.get(id) ?? ids.size + 1
    ids.set(id, number)
    return String(number).padStart(digits, '0')
  }
  const eventIdOf = (id: string): string =>
    id.startsWith('evt_') ? `evt_${numberOf(id, 32)}` : `dlv_2d1zk000000_${numberOf(id, 16)}`
  const timeOf = (time: string): string => {
    const passed = Date.parse(time.endsWith('Z') ? time : `${time}Z`) - start.getTime()
    const shown = new Date(MADE_UP_START + Math.round(passed / MINUTE) * MINUTE).toISOString()
    return time.endsWith('Z') ? shown : shown.slice(0, -1)
  }
  return (text: string): string =>
    text
      .replaceAll(api, 'https://api.example.org')
      .replaceAll(receiver, 'https://receiver.example.org')
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+\/(open-images|groundwork)/g, 'https://s3.us-east-1.amazonaws.com/$1')
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://labeling.example.org')
      .replaceAll(/X-Amz-[A-Za-z-]+=[^&"]+/g, (part) => `${part.split('=')[0]}=…`)
      .replaceAll(SECRET, SHOWN_SECRET)
      .replaceAll(TIME, timeOf)
      .replaceAll(TEST_IMAGE, (id) => numberOf(id, 32))
      .replaceAll(/(?<="nextCursor":")[^"]+/g, SHOWN_CURSOR)
      .replaceAll(/(?<="milliseconds":)\d+/g, '15')
      .replaceAll(EVENT_ID, eventIdOf)
      .replaceAll(MADE_ID, (id) => `id${numberOf(id, 14)}`)
}
