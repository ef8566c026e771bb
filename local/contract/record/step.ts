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
  readonly until?: (answer: Answered) => boolean
  /** Made only for what comes after: it is no example. */
  readonly unrecorded?: boolean
  /** Without a token. */
  readonly anonymous?: boolean
}

/** What a call was answered: text, where that is no JSON; undefined where there is no body. */
export interface Answered {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any call; steps look into those that they know
  readonly body: any
}

/** Addresses on this machine that steps send others to. */
export interface Places {
  /** Takes every webhook, and has the image `/photo.jpg`. */
  readonly receiver: string
}
