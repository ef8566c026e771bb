import type { Ports } from '../../platform/ports.ts'
import { sendWatch } from './messages.ts'
import { nextWatchSeconds } from './watch/next-watch.ts'
import type { Work } from './work.ts'

/** Soon: a job in which nobody is asked for anything ends with the first look. */
const FIRST_LOOK_SECONDS = 10

/**
 * Begins to watch a job: its deadline, and what was lost on the way. Called once the work exists, and again when that call
 * may have crashed: a job that is watched twice is only looked at more often.
 */
export const startWatching = (work: Work, ports: Pick<Ports, 'messages' | 'requestId' | 'now'>): Promise<void> =>
  sendWatch(work, Math.min(FIRST_LOOK_SECONDS, nextWatchSeconds(work, [], ports.now())), ports)
