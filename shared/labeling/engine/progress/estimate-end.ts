import type { Work } from '../work.ts'
import { RATE_PERIODS } from './add-summaries.ts'
import { PERIOD_MILLISECONDS, type Summary } from './shard-summary.ts'

const MINUTE_MILLISECONDS = 60_000

/**
 * Estimates when the last opinion or check is given, from the answers of the last hour: a whole minute, RFC 3339, the
 * deadline of the job at the latest. Undefined when nothing is left to answer, or nothing was answered in that hour. Pure.
 */
export function estimateEnd(
  { createdAt, deadline }: Pick<Work, 'createdAt' | 'deadline'>,
  { needed: opinions, checks, answersByPeriod }: Pick<Summary, 'needed' | 'checks' | 'answersByPeriod'>,
  now: Date,
): string | undefined {
  const needed = opinions + (checks?.needed ?? 0)
  const current = Math.floor(now.getTime() / PERIOD_MILLISECONDS)
  const recent = Object.entries(answersByPeriod)
    .map(([period, count]) => ({ period: Number(period), count }))
    .filter(({ period }) => period > current - RATE_PERIODS && period <= current)
  const answers = recent.reduce((sum, { count }) => sum + count, 0)
  if (needed === 0 || answers === 0) return undefined
  // Answers are counted when a block is handed back: the work on the first one was done in the period before.
  const first = (Math.min(...recent.map(({ period }) => period)) - 1) * PERIOD_MILLISECONDS
  const since = Math.max(first, Date.parse(createdAt))
  const milliseconds = ((now.getTime() - since) * needed) / answers
  const end = MINUTE_MILLISECONDS * Math.ceil((now.getTime() + milliseconds) / MINUTE_MILLISECONDS)
  const earlier = new Date(Math.min(end, Date.parse(deadline)))
  return Number.isNaN(earlier.getTime()) ? undefined : earlier.toISOString()
}
