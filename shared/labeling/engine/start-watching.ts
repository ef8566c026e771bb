import type { Ports } from '../../platform/ports.ts'
import type { Work } from './work.ts'

/**
 * Begins to watch a job: its deadline, and what was lost on the way. Called once the work exists, and again when that call
 * may have crashed. Idempotent.
 */
export async function startWatching(
  _work: Work,
  _ports: Pick<Ports, 'objects' | 'messages' | 'requestId' | 'now'>,
): Promise<void> {
  // The message is sent here.
}
