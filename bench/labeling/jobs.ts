/** A labeling job whose requests are counted. */
export interface MeasuredJob {
  readonly images: number
  readonly workersPerObject: number
  readonly people: number
  /** S3 requests an answer that it may take; undefined where there is no goal. */
  readonly maxRequests: number | undefined
}

export const JOBS: readonly MeasuredJob[] = [
  { images: 20_000, workersPerObject: 3, people: 50, maxRequests: 3 },
  { images: 1000, workersPerObject: 5, people: 5, maxRequests: undefined },
  { images: 100, workersPerObject: 3, people: 50, maxRequests: undefined },
]

export const QUICK_JOBS: readonly MeasuredJob[] = [
  { images: 300, workersPerObject: 2, people: 8, maxRequests: undefined },
]

/** The name of every job; each has servers of its own. */
export const JOB = 'cats-1'

/** The header by which people tell the functions what time it is: milliseconds since 1970. */
export const TIME_HEADER = 'x-simulated-time'

/**
 * What the process of the functions is asked to do: store a job and hire people, deliver the messages that are left, or say how the
 * job has ended.
 */
export type FunctionsJob =
  | { readonly do: 'open'; readonly images: number; readonly workersPerObject: number; readonly people: number }
  | { readonly do: 'deliver' }
  | { readonly do: 'describe' }

/** Where people work. */
export interface OpenedJob {
  readonly api: string
  /** Secrets of the links of the people. */
  readonly secrets: readonly string[]
  /** When the job begins: milliseconds since 1970. */
  readonly start: number
}

/** How the job ended. */
export interface FinishedJob {
  readonly because: string
  /** Answers that count, except `declined`. */
  readonly opinions: number
  readonly labeled: number
}

/** What people have done. */
export interface PeopleFigures {
  readonly acknowledged: number
  /** Answers that were acknowledged as counted, except `declined`. */
  readonly opinions: number
  readonly refused: number
  readonly waits: number
  /** Calls of `next` before the time that a reply named. */
  readonly early: number
  readonly nexts: number
  /** Hours from the first to the last action. */
  readonly hours: number
}
