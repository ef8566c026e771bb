import type { OnLog } from '../../running.ts'
import type { Files } from '../files/s3-files.ts'
import type { Jobs } from '../jobs/jobs.ts'

/** What operations work with. */
export interface Service {
  readonly region: string
  readonly account: string
  readonly files: Files
  readonly jobs: Jobs
  readonly onLog: OnLog
}

/** Does what one request asks; the answer becomes its JSON, undefined an empty body. */
export type Operation = (service: Service, body: object) => Promise<object | undefined>
