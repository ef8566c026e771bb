import type { LineLabel } from '../../../manifests/output/labeled-line.ts'
import type { ClassBox } from '../consolidation/boxes.ts'
import { hasAllAnswers, isLabeled } from '../line-rules.ts'
import type { Opinion } from '../opinions/opinion.ts'
import type { Shard } from '../shard.ts'
import type { TaskLine } from '../task-lines.ts'
import type { Work } from '../work.ts'
import { failedLabel, toLabel } from './label.ts'

/** What is known of a line when its shard is closed. */
export interface ClosedLine {
  readonly work: Pick<Work, 'job' | 'mode' | 'labels' | 'workersPerObject'>
  /** Undefined where its task cannot be read. */
  readonly task: TaskLine | undefined
  /** In order; without those of workers who declined. */
  readonly opinions: readonly Opinion[]
  /** How many workers declined. */
  readonly declined: number
  /** Answers that count and cannot be read. */
  readonly lost: number
  /** Why its shard was closed. */
  readonly because: NonNullable<Shard['closed']>['because']
}

/** What a line becomes. An `unlabeled` line stays as it is, so that another job can label it. */
export type LineOutcome =
  | { readonly outcome: 'labeled' | 'failed'; readonly label: LineLabel }
  | { readonly outcome: 'unlabeled' }

/**
 * Decides what a line becomes for which workers were asked. It is labeled from the opinions that there are, also when
 * these are fewer than were asked for. Pure.
 */
export function decideLine(line: ClosedLine): LineOutcome {
  const { work, task, opinions, declined, lost, because } = line
  if (task?.problem !== undefined) return failed(`ClientError: Nobody could be asked: ${task.problem}`)
  const labels = opinions.filter(({ answer }) => answer === 'boxes' || answer === 'verdict')
  if (isLabeled(labels.length, { opinions: opinions.length }))
    return {
      outcome: 'labeled',
      label: toLabel(labels, {
        work,
        image: toImageSize(task),
        shown: task?.boxes ?? NO_BOXES,
        at: lastTime(opinions),
      }),
    }
  if (opinions.length > 0) return failed(describeNoLabels(opinions, labels.length))
  if (lost > 0) return failed(`InternalError: ${count(lost, 'answer')} cannot be read; the log names the objects.`)
  if (hasAllAnswers({ opinions: 0, declined, isSettled: false }, work))
    return failed(`ClientError: Annotation tasks expired. ${count(declined, 'worker')} declined, and nobody answered.`)
  if (because === 'stopped') return { outcome: 'unlabeled' }
  return failed(
    `ClientError: Annotation tasks expired. Nobody answered in time; ${count(declined, 'worker')} declined.`,
  )
}

const NO_BOXES: readonly ClassBox[] = []

const failed = (reason: string): LineOutcome => ({ outcome: 'failed', label: failedLabel(reason) })

/** Returns when the last opinion came. Pure. @param opinions in order */
export const lastTime = (opinions: readonly Opinion[]): string => opinions.at(-1)?.submittedAt ?? ''

/** Returns the size of a task's image, if it is known. Pure. */
export const toImageSize = (task: TaskLine | undefined) =>
  task?.width !== undefined && task.height !== undefined ? { width: task.width, height: task.height } : undefined

function describeNoLabels(opinions: readonly Opinion[], labels: number): string {
  const said = (answer: Opinion['answer']): number => opinions.filter((opinion) => opinion.answer === answer).length
  const counts = `cannot-tell: ${said('cannot-tell')}, bad-image: ${said('bad-image')}, labels: ${labels}`
  return `ClientError: Most workers could not label the image (${counts}).`
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
