import * as z from 'zod'

/** A request to record on the local stack. */
export interface Step {
  readonly operationId: string
  /** Unique within its operation: `created`, `unknown-class`. */
  readonly name: string
  readonly summary: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly status: number
  /** Repeats the request until this is true. */
  readonly until?: (fields: AnswerFields) => boolean
  /** Required by later steps, but not an example. */
  readonly unrecorded?: boolean
  /** Sends no token. */
  readonly anonymous?: boolean
}

const ItemFields = z
  .object({ state: z.string(), delivery: z.string(), imageId: z.string(), output: z.unknown() })
  .partial()

/** The fields of a response that steps use. */
export const AnswerFields = ItemFields.extend({ items: z.array(ItemFields).optional() })
export type AnswerFields = z.infer<typeof AnswerFields>

/** A response. */
export interface RecordedAnswer {
  readonly status: number
  /** A string if it is not JSON; undefined if empty. */
  readonly body: unknown
  readonly fields: AnswerFields
}

/** The local receiver that webhooks and test image downloads use. */
export interface ReceiverUrl {
  /** URL. Accepts all webhooks and serves `/photo.jpg`. */
  readonly receiver: string
}
