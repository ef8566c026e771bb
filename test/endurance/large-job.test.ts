import { StopLabelingJobCommand } from '@aws-sdk/client-sagemaker'
import { describe, expect, it } from '@jest/globals'
import type { LabelingJobStateChange } from '../../local/labeling-service/jobs/state-change.ts'
import { type Line, labelingForEachTest, PERFECT } from '../local/labeling-service/running-server.ts'
import { placeImages, placeJobFiles } from '../local/labeling-service/valid-request.ts'

const labeling = labelingForEachTest()
const COUNT = 1000
const WORKERS = { ...PERFECT, expired: 0.05, failed: 0.05, declines: 0.1 }
/** Every ninth image is missing. */
const LINES = Array.from({ length: COUNT }, (_, at) => ({ 'source-ref': `s3://photos/images/${at % 9}.png`, at }))

/** Every status before a step, and the sums of the counters. */
interface Observed {
  readonly statuses: string[]
  readonly sums: Set<number>
}

/** Runs a job to its end and observes it before each of its steps. */
async function run(pace: { readonly stopAt?: number; readonly expireAfterSteps?: number }) {
  const { s3 } = labeling.store
  const seen: Observed = { statuses: [], sums: new Set() }
  const events: LabelingJobStateChange[] = []
  const { promise: published, resolve: onPublished } = Promise.withResolvers<void>()
  await placeImages(s3, 8)
  await placeJobFiles(s3, { lines: LINES })
  const observe = async () => {
    const { LabelingJobStatus: status = '', LabelCounters: counters = {} } = await labeling.describe()
    const { TotalLabeled = 0, FailedNonRetryableError = 0, Unlabeled = 0 } = counters
    if (seen.statuses.at(-1) !== status) seen.statuses.push(status)
    if (status !== 'Initializing') seen.sums.add(TotalLabeled + FailedNonRetryableError + Unlabeled)
    return TotalLabeled
  }
  const gate = async () => {
    if ((await observe()) < (pace.stopAt ?? COUNT)) return
    await labeling.client.send(new StopLabelingJobCommand({ LabelingJobName: 'Pets-1' }))
    await observe()
  }
  await labeling.start({
    pace: { milliseconds: 0, objectsPerStep: 100, gate, ...pace },
    workers: WORKERS,
    onStateChange: async (event) => {
      events.push(event)
      onPublished()
    },
  })
  await labeling.create()
  const { job, lines } = await labeling.end()
  // The job may be seen as ended before its event is published.
  await published
  return { seen, events, job, lines }
}

const isLabeled = (line: Line): boolean => 'boxes' in line
const isFailed = (line: Line): boolean => !isLabeled(line) && 'boxes-metadata' in line
const readReason = (line: Line): string => String((line['boxes-metadata'] as Line)['failure-reason']) // a failed line has one

describe('a labeling job of 1,000 images', () => {
  it.each([
    ['Completed', {}, ['Initializing', 'InProgress']],
    ['Stopped', { stopAt: 250 }, ['Initializing', 'InProgress', 'Stopping']],
    ['Failed', { expireAfterSteps: 4 }, ['Initializing', 'InProgress']],
  ] as const)(
    'accounts for every image in counters, manifest, answers and event when it ends as %s',
    async (end, pace, statuses) => {
      const { seen, events, job, lines } = await run(pace)
      expect([seen.statuses, [...seen.sums], job.LabelingJobStatus]).toEqual([statuses, [COUNT], end])
      expect(lines.map((line) => line.at)).toEqual(LINES.map(({ at }) => at))
      const labeled = lines.filter(isLabeled)
      const failed = lines.filter(isFailed)
      expect(job.LabelCounters).toEqual({
        TotalLabeled: labeled.length,
        HumanLabeled: labeled.length,
        MachineLabeled: 0,
        FailedNonRetryableError: failed.length,
        Unlabeled: COUNT - labeled.length - failed.length,
      })
      expect(labeled.length + failed.length === COUNT).toBe(end === 'Completed')
      expect(labeled.length).toBeGreaterThan(100)

      // Every kind of failure occurs, and a broken image fails alone.
      const done = Math.max(...[...labeled, ...failed].map(({ at }) => Number(at)))
      const broken = failed.filter((line) => readReason(line).includes('The image is broken'))
      expect(broken.map(({ at }) => at)).toEqual(LINES.map(({ at }) => at).filter((at) => at % 9 === 8 && at <= done))
      const others = failed.filter((line) => !broken.includes(line)).map(readReason)
      for (const kind of [/expired.*TaskAvailabilityLifetime/, /expired.*declined/, /^(?!.*expired)/])
        expect(others.filter((reason) => kind.test(reason)).length).toBeGreaterThan(0)

      const answers = await labeling.keysUnder('output/Pets-1/annotations/worker-response/')
      expect(answers.map((key) => Number(key.split('/').at(-2))).toSorted((one, other) => one - other)).toEqual(
        labeled.map(({ at }) => at),
      )
      expect(events.map(({ detail }) => detail)).toEqual([{ LabelingJobStatus: end }])
    },
  )
})
