import type { Issue } from '../../contracts/errors.ts'
import { isFinalStatus, type JobStatus } from '../../contracts/labeler.ts'
import type { JobOptions } from '../job-options.ts'
import type { LineTally } from './input-lines.ts'

/** What is known of an earlier job that a job builds on. */
export interface EarlierJob {
  readonly name: string
  /** Undefined when no such job was created here. */
  readonly labelAttributeName: string | undefined
  readonly mode: string | undefined
  /** The batch that it labels. */
  readonly batch: string | undefined
  /** Whether that is the requested batch, and not an earlier one of the same name. */
  readonly isOfBatch: boolean
  /** Undefined when its engine does not have it. */
  readonly status: JobStatus | undefined
  /** Lines of its input manifest; its output has as many. */
  readonly lines: number | undefined
  /** Objects that it has labeled, as its engine counts them. */
  readonly labeled: number
}

/** Finds what is wrong with the job to be continued. Pure. */
export function* findContinuedIssues(options: JobOptions, continued: EarlierJob | undefined): Generator<Issue> {
  if (!continued) return
  yield* findEarlierIssues('body.continueFrom', options, continued)
  const { name, labelAttributeName, mode, status } = continued
  if (labelAttributeName === undefined || status === undefined) return
  if (options.mode !== mode) yield { at: 'body.mode', message: `must be ${mode}, the mode of "${name}"` }
  if (options.labelAttributeName !== labelAttributeName)
    yield {
      at: 'body.labelAttributeName',
      message: `must be left out, or ${labelAttributeName}, the label attribute of "${name}"`,
    }
}

/** Finds what is wrong with `boxesFrom`, and with the job that it names. Pure. */
export function* findPriorJobIssues(options: JobOptions, boxJob: EarlierJob | undefined): Generator<Issue> {
  const at = 'body.boxesFrom'
  if (options.boxesFrom === undefined) return
  if (options.mode === 'draw') yield { at, message: 'must be left out when drawing, which begins without boxes' }
  else if (options.continueFrom !== undefined)
    yield { at, message: `must be left out: the boxes are those of the continued job "${options.continueFrom}"` }
  else if (boxJob) {
    yield* findEarlierIssues(at, options, boxJob)
    if (boxJob.mode === 'verify')
      yield { at, message: `must be a job with boxes: "${boxJob.name}" has verified others` }
  }
}

/** Finds why a job cannot build on an earlier one. */
function* findEarlierIssues(at: string, options: JobOptions, earlier: EarlierJob): Generator<Issue> {
  const { name, labelAttributeName, batch, isOfBatch, status } = earlier
  if (labelAttributeName === undefined || status === undefined) {
    const why =
      labelAttributeName === undefined
        ? 'was not created here'
        : 'is unknown to its engine, as its creation has not ended'
    yield { at, message: `must be an existing labeling job: "${name}" ${why}` }
    return
  }
  if (!isOfBatch) {
    const other = batch === options.batch ? `a batch "${batch}" that was deleted since` : `the batch "${batch}"`
    yield { at, message: `must be a job of this batch: "${name}" is a job of ${other}` }
  }
  if (!isFinalStatus(status)) yield { at, message: `must have ended: "${name}" is ${status}; stop it, or wait` }
}

/** Finds what is wrong with the results of the job to be continued. Pure. */
export function* findResultIssues(
  at: string,
  { name, lines: inputLines, labeled }: EarlierJob,
  { lines, sourceLines, alreadyLabeled, omittedLabels }: LineTally,
): Generator<Issue> {
  if (inputLines !== sourceLines) {
    yield {
      at,
      message: `must have unchanged results: the output of "${name}" has ${sourceLines} lines, its input ${inputLines}`,
    }
    return
  }
  if (alreadyLabeled + omittedLabels < labeled)
    yield {
      at,
      message: `must have all results: ${alreadyLabeled} of the ${labeled} labels of "${name}" are written; try again in some minutes`,
    }
  if (lines > 0 && lines === alreadyLabeled)
    yield { at, message: `must have unlabeled images: "${name}" has none left` }
}
