import type { Credentials } from '../../credentials.ts'
import type { OnLog } from '../../running.ts'
import type { Files } from '../files/s3-files.ts'
import type { Jobs } from '../jobs/jobs.ts'

/** The dependencies of operations. */
export interface Service {
  readonly region: string
  readonly account: string
  /** The keys that requests must be signed with. */
  readonly credentials: Credentials
  readonly files: Files
  readonly jobs: Jobs
  readonly onLog: OnLog
}

/** Executes a request. The result becomes the JSON response; undefined becomes an empty body. */
export type Operation = (service: Service, body: object) => Promise<object | undefined>
