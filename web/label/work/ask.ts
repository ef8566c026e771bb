import type { WorkerJobItem } from '../../../shared/contracts/worker-job.ts'
import type { Item } from './block.ts'

/** A job that can be worked on. */
export type Job = Extract<WorkerJobItem, { state: 'open' | 'over' }>

/** What is asked of the worker for one task. */
export type Ask =
  /** Draw boxes, or change those that are there. */
  | 'draw'
  | 'adjust'
  /** Whether the boxes are right. */
  | 'verify'
  /** Whether an object has no box. */
  | 'check'
  /** Which reading of the image is right. */
  | 'choose'

/** Returns what is asked of the worker. Pure. */
export function toAsk({ mode }: Pick<Job, 'mode'>, { task }: Pick<Item, 'task'>): Ask {
  if (task.check) return 'check'
  if (task.readings) return 'choose'
  return mode
}

/** Whether the task is answered by a verdict, and its boxes can only be looked at. Pure. */
export const isVerdict = (ask: Ask, { mode }: Pick<Job, 'mode'>): boolean =>
  ask === 'verify' || ask === 'check' || (ask === 'choose' && mode === 'verify')
