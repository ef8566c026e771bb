import type { PeopleClock } from './clock.ts'
import type { Ledger } from './ledger.ts'
import { beWorker, newReport } from './person.ts'
import type { Send } from './send.ts'
import type { Person, PersonReport } from './tab.ts'
import { inventedTruth, type Truth } from './truth.ts'
import { type Access, Refused, workerClient } from './worker-client.ts'

/** A simulated person, and how the person gets in. */
export interface PersonWithAccess extends Person {
  readonly access: Access
}

/** Where people work, and with what. */
export interface PeopleSettings {
  readonly send: Send
  readonly clock: PeopleClock
  readonly ledger: Ledger
  /** The only job to work on; by default every job that is open to a person. */
  readonly job?: string | undefined
  /** What is on the images of a job; made up by default. */
  readonly truth?: (job: string) => Truth | undefined
  /** By which what is on the images is made up: the same for everybody. */
  readonly seed: number
}

/** What somebody has done in one job, and how often a request was repeated. */
export interface JobReport extends PersonReport {
  readonly job: string
  readonly retries: number
}

/**
 * Lets people work at the same time, until nothing is left for any of them.
 * @throws Error when the API cannot be reached for some minutes, or its replies are not what the contract says
 */
export async function runPeople(
  people: readonly PersonWithAccess[],
  settings: PeopleSettings,
): Promise<readonly JobReport[]> {
  const reports = await settings.clock.together(people.map((person) => () => workOnJobs(person, settings)))
  return reports.flat()
}

async function workOnJobs(person: PersonWithAccess, settings: PeopleSettings): Promise<readonly JobReport[]> {
  const { clock, ledger, seed, job: only } = settings
  const client = workerClient(person.access, settings.send, clock)
  const reports: JobReport[] = []
  try {
    for (const { job, state, labels = [], mode } of await client.jobs()) {
      if (mode === undefined || (only === undefined ? state === 'over' : job !== only)) continue
      const truth = settings.truth?.(job) ?? inventedTruth(seed, labels)
      const place = { job, mode, labels, client, clock, ledger, truth }
      reports.push({ job, ...(await beWorker(person, place)), retries: client.retries() })
    }
    return reports
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return [...reports, { job: only ?? '', ...newReport(person), ended: error.code, retries: client.retries() }]
  }
}
