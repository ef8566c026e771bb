import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { readState, type State } from '../../platform/state/record.ts'
import { WORKER, WORKER_LINK, type WorkerLink, type WorkerState } from './state.ts'

/** Outside of the data prefix, so that the role of labeling jobs cannot read the names of workers. */
export const WORKERS = 'system/labeling-workers/'

/** Names are compared without case. */
export const workerRef = (worker: string) => ({
  key: `${WORKERS}${worker.toLowerCase()}.json`,
  type: WORKER,
  isOwn: (state: WorkerState) => state.worker.toLowerCase() === worker.toLowerCase(),
})

/** @param sha256 of the link's secret */
export const linkRef = (sha256: string) => ({
  key: `system/labeling-links/${sha256}.json`,
  type: WORKER_LINK,
  isOwn: (link: WorkerLink) => link.sha256 === sha256,
})

export const findWorker = (worker: string, ports: Pick<Ports, 'objects'>): Promise<State<WorkerState> | undefined> =>
  readState(workerRef(worker), ports)

/** The error for a worker that does not exist. */
export const noWorker = (worker: string): AppError =>
  new AppError('not-found', `Worker "${worker}" does not exist; GET /v1/workers lists all workers.`)
