import type { LabelingJobSummary, LabelingJobView } from '../../../shared/contracts/labeling-job.ts'
import { formatCount, formatDuration, formatNoun } from '../frame/format.ts'
import type { Tone } from '../frame/tone.ts'

const STATUSES: Readonly<Record<string, readonly [Tone, string]>> = {
  Creating: ['busy', 'Being created'],
  Initializing: ['busy', 'Being prepared'],
  InProgress: ['busy', 'In progress'],
  Stopping: ['busy', 'Stopping'],
  Stopped: ['warn', 'Stopped'],
  Completed: ['good', 'Completed'],
  Failed: ['bad', 'Failed'],
}

/** Says in words what status a job has. Statuses may be added, so others are shown as they are. Pure. */
export const describeStatus = (status: string): readonly [Tone, string] => STATUSES[status] ?? ['rest', status]

/** Whether a job has ended, so that its result is there. Pure. */
export const hasEnded = ({ status }: { readonly status: string }): boolean =>
  status === 'Completed' || status === 'Stopped' || status === 'Failed'

/** Whether people may still be asked. Pure. */
export const isOpen = ({ status }: { readonly status: string }): boolean =>
  status === 'InProgress' || status === 'Initializing' || status === 'Creating'

const MODES: Readonly<Record<string, string>> = { draw: 'Draw boxes', adjust: 'Adjust boxes', verify: 'Verify boxes' }

/** Says what people do in a job. Pure. */
export const describeMode = (mode: string): string => MODES[mode] ?? mode

/** A part of a job that is counted: how much of it is done, in words too. */
export interface Measure {
  readonly title: string
  readonly text: string
  /** Shares of the whole, each with its tone. */
  readonly parts: readonly { readonly tone: Tone; readonly share: number }[]
}

const shareOf = (count: number, total: number): number => (total === 0 ? 0 : count / total)

/** Returns what is counted in a job, the most important first. Pure. */
export function measureJob(job: LabelingJobView | LabelingJobSummary): Measure[] {
  const { counters, opinions, checks, disputes } = job
  const { total, labeled, failed } = counters
  const measures: Measure[] = [
    {
      title: 'Images',
      text: `${formatCount(labeled)} of ${formatNoun(total, 'image')} labeled${failed > 0 ? `, ${formatCount(failed)} failed` : ''}`,
      parts: [
        { tone: 'good', share: shareOf(labeled, total) },
        { tone: 'bad', share: shareOf(failed, total) },
      ],
    },
  ]
  if (opinions) measures.push(measurePair('Answers', opinions.given, opinions.needed, 'answer'))
  if (checks) measures.push(measurePair('Checks', checks.given, checks.needed, 'check'))
  if (disputes && disputes.undecided + disputes.decided > 0) {
    const { undecided, decided } = disputes
    const all = undecided + decided
    measures.push({
      title: 'Disputes',
      text: `${formatCount(decided)} of ${formatNoun(all, 'disputed image')} decided`,
      parts: [
        { tone: 'good', share: shareOf(decided, all) },
        { tone: 'warn', share: shareOf(undecided, all) },
      ],
    })
  }
  return measures
}

/** `needed` is what is still asked for, so the whole is both. */
function measurePair(title: string, given: number, needed: number, noun: string): Measure {
  const all = given + needed
  return {
    title,
    text: `${formatCount(given)} given, ${formatNoun(needed, noun)} to go`,
    parts: [{ tone: 'busy', share: shareOf(given, all) }],
  }
}

/** Says how fast a job goes, as far as that is known. Pure. */
export function describeSpeed(job: LabelingJobView): readonly (readonly [string, string])[] {
  const { medianSecondsPerImage, medianSecondsPerBox, imageSwapP95Milliseconds, blocksOut, expiredLeases } = job
  return [
    ...(medianSecondsPerImage === undefined
      ? []
      : [['An image takes', formatDuration(medianSecondsPerImage)] as const]),
    ...(medianSecondsPerBox === undefined ? [] : [['A box takes', formatDuration(medianSecondsPerBox)] as const]),
    ...(imageSwapP95Milliseconds === undefined
      ? []
      : [['The next image is shown within', `${formatCount(imageSwapP95Milliseconds)} ms (95%)`] as const]),
    ...(blocksOut === undefined ? [] : [['With workers now', formatNoun(blocksOut, 'block')] as const]),
    ...(expiredLeases ? [['Not handed back in time', formatNoun(expiredLeases, 'block')] as const] : []),
  ]
}
