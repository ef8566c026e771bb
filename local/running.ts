/** A running server of the local stack. */
export interface Running {
  readonly url: string
  /** Waits a few seconds for requests in flight, then closes all connections. */
  stop(): Promise<void>
}

/** Receives log messages about failures that the caller does not see. */
export type OnLog = (message: string, error?: unknown) => void
