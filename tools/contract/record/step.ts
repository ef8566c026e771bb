import * as z from 'zod'

/** A call to be made on the local stack, and why a reader of the contract should see it. */
export interface Step {
  readonly operationId: string
  /** Names it among those of its operation: `made`, `unknown-class` */
  readonly name: string
  readonly summary: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly status: number
  /** Calls it again until this is so; at once where it is left out. */
  readonly until?: (told: Told) => boolean
  /** Made only for what comes after: it is no example. */
  readonly unrecorded?: boolean
  /** Without a token. */
  readonly anonymous?: boolean
}

const Named = z.object({ state: z.string(), delivery: z.string(), imageId: z.string(), output: z.unknown() }).partial()

/** What steps want to know of an answer, where it says that at all. */
export const Told = Named.extend({ items: z.array(Named).optional() })
export type Told = z.infer<typeof Told>

/** What a call was answered. */
export interface Answered {
  readonly status: number
  /** Text, where it is no JSON; undefined where there is none. */
  readonly body: unknown
  readonly told: Told
}

/** Addresses on this machine that steps send others to. */
export interface Places {
  /** Takes every webhook, and has the image `/photo.jpg`. */
  readonly receiver: string
}
