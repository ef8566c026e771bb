import type { Context } from './context.ts'
import { renew } from './job-flow.ts'

const CHECK_MILLISECONDS = 15_000
/** A worker who is here gets more time before the time is over. */
const RENEW_BEFORE_MILLISECONDS = 120_000
const AWAY_MILLISECONDS = 60_000

/**
 * Watches the time that the worker has for the block: while somebody works, it is extended; who comes back after it was over
 * learns whether the images were given to others.
 * @returns what ends the watch
 */
export function watchLease(context: Context): () => void {
  let isRenewing = false
  const check = async (): Promise<void> => {
    const { block } = context.state
    if (!block || isRenewing || document.visibilityState === 'hidden') return
    const now = Date.now()
    const isOver = now > block.until
    const isHere = performance.now() - context.activeTime.lastAt < AWAY_MILLISECONDS
    if (!isOver && !(isHere && now > block.until - RENEW_BEFORE_MILLISECONDS)) return
    isRenewing = true
    await renew(context).finally(() => {
      isRenewing = false
    })
  }
  const timer = setInterval(() => void check(), CHECK_MILLISECONDS)
  const onVisible = (): void => void check()
  document.addEventListener('visibilitychange', onVisible)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', onVisible)
  }
}
