/** A server of the local stack, until it is stopped. */
export interface Running {
  readonly url: string
  /** Lets what is under way end for some seconds, then closes everything; nothing is left open behind it. */
  stop(): Promise<void>
}

/** Told what callers are not: why a call failed. */
export type OnLog = (message: string, error?: unknown) => void
