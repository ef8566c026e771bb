import { AnyEventType } from '../../shared/contracts/event-type.ts'
import { DELAYS as RETRY_DELAYS_MILLISECONDS } from '../../shared/webhooks/retry-schedule.ts'
import { code, formatSeconds, joinWords, table } from './markdown.ts'

const DESCRIPTIONS: Readonly<Record<AnyEventType, string>> = {
  'dataset.ready': 'An import completed; the dataset can be used',
  'dataset.failed': 'An import failed',
  'batch.selected': 'The images of a batch were selected',
  'batch.copied': 'A round of copying ended, and every image has a good copy',
  'batch.incomplete': 'A round of copying ended, and some images have no good copy',
  'batch.failed': 'The images of a batch could not be selected, or a step of its run failed',
  'manifest.written': 'The input manifest of a batch was written',
  'labeling-job.completed': 'A labeling job completed',
  'labeling-job.failed': 'A labeling job failed',
  'labeling-job.stopped': 'A labeling job was stopped',
  'labeling-job.disputed':
    'Workers differ about an image, or say that a box is missing, for the first time, and the job has reviewers who decide',
  'labeling-job.worker-suspended':
    'The answers of a worker are too often wrong, and the worker gets no more images of the job',
  'webhook.test': 'You asked for it with `POST …/test`; it is sent once, to that webhook only',
}

/** Writes a table of all event types. Pure. */
export const writeEventTable = (): string =>
  table(
    ['Event', 'Sent when'],
    AnyEventType.options.map((type) => [code(type), DESCRIPTIONS[type]]),
  )

/** Writes when a failed delivery is tried again. Pure. */
export function writeRetrySchedule(): string {
  const delays = RETRY_DELAYS_MILLISECONDS.map((delay) => formatSeconds(delay / 1000))
  const hours = RETRY_DELAYS_MILLISECONDS.reduce((sum, delay) => sum + delay, 0) / 3_600_000
  return [
    `A delivery is attempted up to ${delays.length + 1} times. The first attempt is made at once. After each failure,`,
    `the next attempt follows in ${joinWords(delays, 'and then')}: ${Math.round(hours)} hours in all.`,
  ].join('\n')
}
