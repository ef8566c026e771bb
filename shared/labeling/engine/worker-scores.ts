import * as z from 'zod'
import { storedObject } from '../../platform/state/stored-schema.ts'
import { addHabits } from './consolidation/habits.ts'
import { addSums, NO_SCORES, type ScoreSum } from './consolidation/skills.ts'

const StoredSum = storedObject({ judged: z.int(), sum: z.number() })
const StoredEdge = storedObject({ outside: z.int(), inside: z.int() })
const StoredHabit = storedObject({
  boxes: z.int(),
  edges: storedObject({ left: StoredEdge, top: StoredEdge, right: StoredEdge, bottom: StoredEdge }),
  missed: z.int(),
  extra: z.int(),
})

/** How a worker draws, by class name. */
export const HabitsByClass = z.record(z.string(), StoredHabit)

/** How good the answers of one worker are. All of it can be added up. */
export const WorkerScore = storedObject({
  /** Against the consensus of the others. */
  agreement: StoredSum,
  /** Against boxes that are known. */
  gold: StoredSum,
  /** The agreement of answers by when they were submitted, in hours since 1970. */
  agreementByHour: z.record(z.string(), StoredSum),
  habits: HabitsByClass,
})
export type WorkerScore = z.infer<typeof WorkerScore>

/** By pseudonym. */
export const ScoresByWorker = z.record(z.string(), WorkerScore)
export type ScoresByWorker = z.infer<typeof ScoresByWorker>

export const NO_SCORE: WorkerScore = { agreement: NO_SCORES, gold: NO_SCORES, agreementByHour: {}, habits: {} }

const HOUR_MILLISECONDS = 3_600_000

/** Returns the hour of a time, as `agreementByHour` has it. Pure. @param time RFC 3339 */
export const toHour = (time: string): string => String(Math.floor(Date.parse(time) / HOUR_MILLISECONDS))

/** Adds up how good the answers of one worker are. Pure. @param parts in a stable order, as sums of floats depend on it */
export const addScores = (parts: readonly WorkerScore[]): WorkerScore => ({
  agreement: addSums(parts.map(({ agreement }) => agreement)),
  gold: addSums(parts.map(({ gold }) => gold)),
  agreementByHour: addByKey(parts.map(({ agreementByHour }) => agreementByHour)),
  habits: addHabits(parts.map(({ habits }) => habits)),
})

/** Adds scores of different shards up. Pure. @param parts in order of shards */
export function addScoresByWorker(parts: readonly ScoresByWorker[]): ScoresByWorker {
  const byWorker = Map.groupBy(
    parts.flatMap((part) => Object.entries(part)),
    ([worker]) => worker,
  )
  return Object.fromEntries([...byWorker].map(([worker, own]) => [worker, addScores(own.map(([, score]) => score))]))
}

function addByKey(parts: readonly Readonly<Record<string, ScoreSum>>[]): Record<string, ScoreSum> {
  const byKey = Map.groupBy(
    parts.flatMap((part) => Object.entries(part)),
    ([key]) => key,
  )
  return Object.fromEntries([...byKey].map(([key, own]) => [key, addSums(own.map(([, sum]) => sum))]))
}
