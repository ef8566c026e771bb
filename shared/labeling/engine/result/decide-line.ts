import type { LineLabel } from '../../../manifests/output/labeled-line.ts'
import type { ConsolidationSettings, Skills } from '../consolidation/settings.ts'
import { hasAllAnswers, isLabeled } from '../line-rules.ts'
import { inOrder, isLabel, lastTime, type Opinion } from '../opinions/opinion.ts'
import type { LineOpinions } from '../opinions/read-opinions.ts'
import type { Shard } from '../shard.ts'
import type { TaskLine } from '../task-lines.ts'
import type { Work } from '../work.ts'
import { failedLabel, type Label, type LabelContext, toLabel } from './label.ts'

/** What is known of a line when its shard is closed. */
export interface ClosedLine {
  readonly work: Pick<Work, 'job' | 'mode' | 'labels' | 'workersPerObject'>
  /** Undefined where its task cannot be read. */
  readonly task: TaskLine | undefined
  /** What workers say, as far as it can be read. */
  readonly lineOpinions: LineOpinions
  /** Opinions that are left out, as whoever consolidates again asks for. */
  readonly leftOut?: number | undefined
  /** Why its shard was closed. */
  readonly because: NonNullable<Shard['closed']>['because']
  /** What each worker's opinion counts. */
  readonly skills: Skills
  readonly settings: ConsolidationSettings
}

/** What a line becomes. An `unlabeled` line stays as it is, so that another job can label it. */
export type LineOutcome =
  | ({ readonly outcome: 'labeled' } & Label)
  | { readonly outcome: 'failed'; readonly label: LineLabel }
  | { readonly outcome: 'unlabeled' }

/**
 * Decides what a line becomes for which workers were asked. It is labeled from the opinions that there are, also when
 * these are fewer than were asked for. Pure.
 */
export function decideLine(line: ClosedLine): LineOutcome {
  const { work, task, lineOpinions, leftOut = 0, because } = line
  const { opinions, review, declined, lost } = lineOpinions
  if (task?.problem !== undefined) return failed(`ClientError: Nobody could be asked: ${task.problem}`)
  const labels = opinions.filter(isLabel)
  if (review && !isLabel(review)) return failed(`ClientError: A reviewer could not label the image (${review.answer}).`)
  if (review || isLabeled(labels.length, { opinions: opinions.length }))
    return { outcome: 'labeled', ...toLabel(labels, review, toContext(line)) }
  if (opinions.length > 0) return failed(describeNoLabels(opinions, labels.length))
  if (leftOut > 0) return failed(`ClientError: All opinions on the image are left out (${leftOut}).`)
  if (lost > 0) return failed(`InternalError: ${count(lost, 'answer')} cannot be read; the log names the objects.`)
  if (hasAllAnswers({ opinions: 0, declined, isSettled: false }, work))
    return failed(`ClientError: Annotation tasks expired. ${count(declined, 'worker')} declined, and nobody answered.`)
  if (because === 'stopped') return { outcome: 'unlabeled' }
  return failed(
    `ClientError: Annotation tasks expired. Nobody answered in time; ${count(declined, 'worker')} declined.`,
  )
}

const toContext = ({ work, task, lineOpinions, skills, settings }: ClosedLine): LabelContext => ({
  work,
  image: toImageSize(task),
  shown: task?.boxes ?? [],
  check: lineOpinions.check,
  at: lastTime(inOrder([...lineOpinions.opinions, ...(lineOpinions.review ? [lineOpinions.review] : [])])),
  skills,
  settings,
})

const failed = (reason: string): LineOutcome => ({ outcome: 'failed', label: failedLabel(reason) })

/** Returns the size of a task's image, if it is known. Pure. */
export const toImageSize = (task: TaskLine | undefined) =>
  task?.width !== undefined && task.height !== undefined ? { width: task.width, height: task.height } : undefined

function describeNoLabels(opinions: readonly Opinion[], labels: number): string {
  const countOpinions = (answer: Opinion['answer']): number =>
    opinions.filter((opinion) => opinion.answer === answer).length
  const counts = `cannot-tell: ${countOpinions('cannot-tell')}, bad-image: ${countOpinions('bad-image')}, labels: ${labels}`
  return `ClientError: Most workers could not label the image (${counts}).`
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
