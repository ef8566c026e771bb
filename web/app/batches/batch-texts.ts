import type { BatchView } from '../../../shared/contracts/batch.ts'
import type { RunStep } from '../../../shared/contracts/run.ts'
import { formatCount, formatDuration, formatNoun } from '../frame/format.ts'
import type { Tone } from '../frame/tone.ts'

const STATES: Readonly<Record<BatchView['state'], readonly [Tone, string]>> = {
  selecting: ['busy', 'Choosing images'],
  selected: ['rest', 'Images chosen'],
  copying: ['busy', 'Copying'],
  copied: ['good', 'Copied'],
  incomplete: ['warn', 'Copied, with images missing'],
  failed: ['bad', 'Failed'],
  deleting: ['busy', 'Being deleted'],
}

/** Says in words what state a batch is in. States may be added, so others are shown as they are. Pure. */
export const describeBatchState = (state: string): readonly [Tone, string] =>
  STATES[state as BatchView['state']] ?? ['rest', state]

/** The steps of a run, as a person calls them. */
export const STEP_TEXTS: Readonly<Record<RunStep, string>> = {
  select: 'Choose images',
  copy: 'Copy images',
  manifest: 'Write manifest',
  label: 'Start labeling',
}

const STEP_STATES: Readonly<Record<string, readonly [Tone, string]>> = {
  waiting: ['rest', 'waiting'],
  running: ['busy', 'running'],
  done: ['good', 'done'],
  failed: ['bad', 'failed'],
  stopped: ['warn', 'stopped'],
  skipped: ['rest', 'skipped'],
  'not-asked-for': ['rest', 'not asked for'],
}

/** Says in words what state a step of a run is in. Pure. */
export const describeStep = (state: string): readonly [Tone, string] => STEP_STATES[state] ?? ['rest', state]

/** Progress of copying, as `GET …/copy` has it. */
export interface CopyProgress {
  readonly state: 'queued' | 'copying' | 'copied' | 'incomplete' | 'cancelled'
  readonly round: number
  readonly total: number
  readonly copied: number
  readonly present: number
  readonly pending: number
  readonly bytes: number
  readonly failures: readonly { readonly imageId: string; readonly outcome: string; readonly reason: string }[]
  readonly imagesPerSecond?: number | undefined
  readonly secondsLeft?: number | undefined
  readonly startedAt: string
  readonly finishedAt?: string | undefined
}

/** Whether images are being copied now. Pure. */
export const isCopying = ({ state }: CopyProgress): boolean => state === 'queued' || state === 'copying'

/** Counts the images with a good copy, and those that were tried without one. Pure. */
export function countCopies({ total, copied, present, pending }: CopyProgress): { good: number; bad: number } {
  const good = copied + present
  return { good, bad: Math.max(0, total - pending - good) }
}

/** Says in a sentence how far copying is. Pure. */
export function describeProgress(copy: CopyProgress): string {
  const { good, bad } = countCopies(copy)
  const parts = [`${formatCount(good)} of ${formatNoun(copy.total, 'image')} copied`]
  if (bad > 0) parts.push(`${formatCount(bad)} without a copy`)
  if (copy.imagesPerSecond !== undefined) parts.push(`${formatCount(Math.round(copy.imagesPerSecond))} images a second`)
  if (copy.secondsLeft !== undefined && isCopying(copy)) parts.push(`about ${formatDuration(copy.secondsLeft)} left`)
  return `${parts.join(', ')}.`
}

/** What can be done with a batch now. */
export interface BatchActions {
  /** Go on to the manifest: copy, or write what the copies allow. */
  readonly mayContinue: boolean
  readonly mayCancel: boolean
  /** Copy again what has no good copy. */
  readonly mayRetry: boolean
  readonly mayLabel: boolean
  readonly mayDelete: boolean
}

/** Returns what can be done with a batch in its state. Pure. */
export function findActions({ state, run, imageCount }: Pick<BatchView, 'state' | 'run' | 'imageCount'>): BatchActions {
  const isRunning = run.state === 'running'
  const isCopied = state === 'copied' || state === 'incomplete'
  const hasManifest = run.steps.some(({ step, state: stepState }) => step === 'manifest' && stepState === 'done')
  return {
    mayContinue: !isRunning && !hasManifest && (state === 'selected' || isCopied || state === 'failed'),
    mayCancel: state === 'copying',
    mayRetry: !isRunning && state === 'incomplete',
    mayLabel: !isRunning && isCopied && imageCount !== 0,
    mayDelete: state !== 'deleting',
  }
}
