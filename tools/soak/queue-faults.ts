import * as z from 'zod'
import type { Random } from '../../local/seeded-random.ts'
import type { ProxiedRequest } from './proxy.ts'

const DUPLICATE_RATE = 0.15
const DELAY_RATE = 0.2
const MAX_DELAY_SECONDS = 4

/** A day of looks at an open round, one every 15 minutes, takes three minutes here. */
const SHORTENED_DELAY_SECONDS = 2

const SendBatch = z.looseObject({
  Entries: z.array(z.looseObject({ Id: z.string(), DelaySeconds: z.number().optional() })),
})

/** Returns whether a request is SendMessageBatch. */
export const isSendBatch = ({ headers }: ProxiedRequest): boolean =>
  String(headers['x-amz-target']).endsWith('.SendMessageBatch')

/** Returns a request body whose delays are a few seconds: what waits for longer would outlast the run. */
export function shortenDelays({ body }: ProxiedRequest): Buffer {
  const parsed = SendBatch.parse(JSON.parse(body.toString()))
  const Entries = parsed.Entries.map((entry) =>
    (entry.DelaySeconds ?? 0) > MAX_DELAY_SECONDS ? { ...entry, DelaySeconds: SHORTENED_DELAY_SECONDS } : entry,
  )
  return Buffer.from(JSON.stringify({ ...parsed, Entries }))
}

/** Returns a request body that delays some of its messages, each by a random number of seconds. */
export function delayMessages({ body }: ProxiedRequest, random: Random): Buffer {
  const parsed = SendBatch.parse(JSON.parse(body.toString()))
  const Entries = parsed.Entries.map((entry) =>
    random.chance(DELAY_RATE) ? { ...entry, DelaySeconds: random.between(1, MAX_DELAY_SECONDS) } : entry,
  )
  return Buffer.from(JSON.stringify({ ...parsed, Entries }))
}

/** Returns a request body that sends some of the messages again with a delay, or undefined if there are none. */
export function duplicateMessages(
  { body }: ProxiedRequest,
  random: Random,
): { body: Buffer; count: number } | undefined {
  const parsed = SendBatch.parse(JSON.parse(body.toString()))
  const Entries = parsed.Entries.filter(() => random.chance(DUPLICATE_RATE)).map((entry) => ({
    ...entry,
    DelaySeconds: random.between(0, MAX_DELAY_SECONDS),
  }))
  return Entries.length === 0
    ? undefined
    : { body: Buffer.from(JSON.stringify({ ...parsed, Entries })), count: Entries.length }
}
