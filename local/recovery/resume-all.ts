import type { Ports } from '../../shared/platform/ports.ts'
import type { OnLog, Running } from '../running.ts'
import { resumeBatches } from './resume-batches.ts'
import { resumeDeliveries } from './resume-deliveries.ts'
import type { Recovery } from './resume-each.ts'
import { resumeImports } from './resume-imports.ts'
import { resumeLabelingJobs } from './resume-labeling-jobs.ts'
import { resumeTestImages } from './resume-test-images.ts'

type Step = readonly [what: string, resume: (recovery: Recovery) => Promise<void>]

/** What is resumed, side by side, and in each of these lists one after another. */
const STEPS: readonly (readonly Step[])[] = [
  [['imports', resumeImports]],
  // A run that creates its labeling job would meet the lease of the process that was here before.
  [
    ['labeling jobs', resumeLabelingJobs],
    ['batches', resumeBatches],
  ],
  [['deliveries', ({ ports }) => resumeDeliveries(ports)]],
  [['test images', ({ ports }) => resumeTestImages(ports)]],
]

interface Resuming extends Pick<Running, 'stop'> {
  /** When everything has been resumed, or logged. Never rejects. */
  readonly resumed: Promise<unknown>
}

/**
 * Resumes all work that was interrupted when the stack stopped, in the background: the local queues are in memory, so
 * their messages are lost. What cannot be resumed is logged, and keeps nothing else from being resumed.
 */
export function resumeAll(ports: Ports, onLog: OnLog = () => {}): Resuming {
  const stopping = new AbortController()
  const recovery: Recovery = { ports, onLog, signal: stopping.signal }
  const run = async (steps: readonly Step[]): Promise<void> => {
    for (const [what, resume] of steps)
      await resume(recovery).catch((error: unknown) => onLog(`Cannot resume ${what}`, error))
  }
  const resumed = Promise.all(STEPS.map(run))
  return {
    resumed,
    stop: async () => {
      stopping.abort()
      await resumed
    },
  }
}
