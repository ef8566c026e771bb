import type { RunningApi } from '../../examples/running-target.ts'

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z?/g
/** Times are rounded to minutes. A recording takes less than half a minute, so times differ only by intended delays. */
const MINUTE_MILLISECONDS = 60_000
const EXAMPLE_START = Date.parse('2026-01-05T09:00:00.000Z')
/** Generated ids of 16 digits and letters. Image ids are hexadecimal and therefore excluded. */
const GENERATED_ID = /\b(?=[0-9a-f]*[g-z])[0-9a-z]{16}\b/g
/** Ids of events and deliveries, which contain a time and hashes. */
const EVENT_ID = /\b(evt_)[0-9a-f]{32}|\b(dlv_)[0-9a-z]{11}_[0-9a-f]{16}/g
/** Ids of test images, which are hashes of their URLs. */
const TEST_IMAGE = /(?<="(?:imageId|image)":"|data\/test\/)[0-9a-f]{32}/g
const SECRET = /whsec_[A-Za-z0-9+/=]+/g
/** The secret of a worker's link, and the pseudonyms of workers. */
const LINK_SECRET = /(?<=\/label#w\.)[A-Za-z0-9_-]{43}/g
const WORKER_IDS = /(?<="workerIds":\[)[^\]]+/g
const SESSION = /gws_[\w.-]+/g
const TICKET = /(?<="ticket":")[^"]+/g
const EXAMPLE_LINK_SECRET = 'example-secret-of-a-link-that-opens-nothing'
const EXAMPLE_CURSOR = Buffer.from('start of the next page').toString('base64url')
const EXAMPLE_SECRET = `whsec_${Buffer.from('example webhook secret, not real').toString('base64')}`

/**
 * Creates a function that replaces varying parts of a recording with stable ones: times relative to a fixed start,
 * numbered ids, example host names, and placeholders for secrets.
 * @param start when the recording began
 */
export function createStabilizer(start: Date, { api, receiver }: Pick<RunningApi, 'api' | 'receiver'>) {
  const ids = new Map<string, number>()
  const assignNumber = (id: string, digits: number): string => {
    const number = ids.get(id) ?? ids.size + 1
    ids.set(id, number)
    return String(number).padStart(digits, '0')
  }
  const replaceEventId = (id: string): string =>
    id.startsWith('evt_') ? `evt_${assignNumber(id, 32)}` : `dlv_2d1zk000000_${assignNumber(id, 16)}`
  const replaceTime = (time: string): string => {
    const passed = Date.parse(time.endsWith('Z') ? time : `${time}Z`) - start.getTime()
    const shown = new Date(EXAMPLE_START + Math.round(passed / MINUTE_MILLISECONDS) * MINUTE_MILLISECONDS).toISOString()
    return time.endsWith('Z') ? shown : shown.slice(0, -1)
  }
  return (text: string): string =>
    text
      .replaceAll(api, 'https://api.example.org')
      .replaceAll(receiver, 'https://receiver.example.org')
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+\/(open-images|groundwork)/g, 'https://s3.us-east-1.amazonaws.com/$1')
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://labeling.example.org')
      .replaceAll(/X-Amz-[A-Za-z-]+=[^&"]+/g, (part) => `${part.split('=')[0]}=example`)
      .replaceAll(SECRET, EXAMPLE_SECRET)
      .replaceAll(LINK_SECRET, EXAMPLE_LINK_SECRET)
      .replaceAll(SESSION, 'gws_example-session.not-real')
      .replaceAll(TICKET, 'example-ticket.not-real')
      .replaceAll(/(?<="secondsLeft":)\d+/g, '899')
      .replaceAll(WORKER_IDS, (ids) => ids.replaceAll(/[0-9a-f]{16}/g, (id) => assignNumber(id, 16)))
      .replaceAll(TIME, replaceTime)
      .replaceAll(TEST_IMAGE, (id) => assignNumber(id, 32))
      .replaceAll(/(?<="nextCursor":")[^"]+/g, EXAMPLE_CURSOR)
      .replaceAll(/(?<="milliseconds":)\d+/g, '15')
      .replaceAll(/(?<="secondsRunning":)\d+/g, '2')
      .replaceAll(EVENT_ID, replaceEventId)
      .replaceAll(GENERATED_ID, (id) => `id${assignNumber(id, 14)}`)
}
