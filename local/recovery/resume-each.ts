import pLimit from 'p-limit'
import type { Ports } from '../../shared/platform/ports.ts'
import { CorruptStateError } from '../../shared/platform/state/corrupt-state.ts'
import type { OnLog } from '../running.ts'

/** Subjects that are resumed at once: few, as the API is in use meanwhile. */
const MAX_IN_FLIGHT = 8

/** What resuming interrupted work needs. */
export interface Recovery {
  readonly ports: Ports
  readonly onLog: OnLog
  /** When the stack stops: what has not been resumed yet waits for the next start. */
  readonly signal: AbortSignal
}

/**
 * Resumes the work on each of these names, several at once. A failure is logged, and the others are resumed all the
 * same.
 * @param kind for the log: `batch`
 */
export async function resumeEach(
  kind: string,
  pages: AsyncIterable<readonly string[]>,
  resume: (name: string) => Promise<void>,
  { ports, onLog, signal }: Recovery,
): Promise<void> {
  const limit = pLimit(MAX_IN_FLIGHT)
  const resumeOne = async (name: string): Promise<void> => {
    if (signal.aborted) return
    try {
      await resume(name)
    } catch (error) {
      if (error instanceof CorruptStateError) ports.log.error('state.corrupt', { key: error.key })
      onLog(`Cannot resume the ${kind} "${name}"`, error)
    }
  }
  for await (const names of pages) {
    if (signal.aborted) return
    await Promise.all(names.map((name) => limit(() => resumeOne(name))))
  }
}
