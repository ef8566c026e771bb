import * as z from 'zod'
import type { Passing } from './proxy.ts'
import type { Random } from './random.ts'

const DOUBLED = 0.15
const DELAYED = 0.2
const LONGEST_DELAY_SECONDS = 4

const SendBatch = z.looseObject({ Entries: z.array(z.looseObject({ Id: z.string() })) })

/** Whether a request sends messages. */
export const isSending = ({ headers }: Passing): boolean =>
  String(headers['x-amz-target']).endsWith('.SendMessageBatch')

/** Delays some of the messages that a request sends, each by seconds of its own. */
export function delayingSome({ body }: Passing, random: Random): Buffer {
  const parsed = SendBatch.parse(JSON.parse(body.toString()))
  const Entries = parsed.Entries.map((entry) =>
    random.chance(DELAYED) ? { ...entry, DelaySeconds: random.between(1, LONGEST_DELAY_SECONDS) } : entry,
  )
  return Buffer.from(JSON.stringify({ ...parsed, Entries }))
}

/** The request that sends some of the messages once more, later; undefined where it would send none. */
export function doublingSome({ body }: Passing, random: Random): { body: Buffer; count: number } | undefined {
  const parsed = SendBatch.parse(JSON.parse(body.toString()))
  const Entries = parsed.Entries.filter(() => random.chance(DOUBLED)).map((entry) => ({
    ...entry,
    DelaySeconds: random.between(0, LONGEST_DELAY_SECONDS),
  }))
  return Entries.length === 0
    ? undefined
    : { body: Buffer.from(JSON.stringify({ ...parsed, Entries })), count: Entries.length }
}
