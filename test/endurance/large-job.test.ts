import { StopLabelingJobCommand } from '@aws-sdk/client-sagemaker'
import { describe, expect, it } from '@jest/globals'
import type { LabelingJobStateChange } from '../../local/labeling-service/jobs/state-change.ts'
import { type Line, labelingForEachTest, PERFECT } from '../local/labeling-service/running-server.ts'
import { placeImages, placeJobFiles } from '../local/labeling-service/valid-request.ts'

const labeling = labelingForEachTest()
const COUNT = 1000
const WORKERS = { ...PERFECT, expired: 0.05, failed: 0.05, declines: 0.1 }
/** Each ninth image is not there. */
const LINES = Array.from({ length: COUNT }, (_, at) => ({ 'source-ref': `s3://photos/images/${at % 9}.png`, at }))

/** Every state that the job is in before a step, and what its counters come to there. */
interface Seen {
  readonly statuses: string[]
  readonly sums: Set<number>
}

/** Runs a job to its end, and looks at it before each of its steps. */
async function run(pace: { readonly stopAt?: number; readonly expireAfterSteps?: number }) {
  const { s3 } = labeling.store
  const seen: Seen = { statuses: [], sums: new Set() }
  const events: LabelingJobStateChange[] = []
  const { promise: told, resolve: tell } = Promise.withResolvers<void>()
  await placeImages(s3, 8)
  await placeJobFiles(s3, { lines: LINES })
  const look = async () => {
    const { LabelingJobStatus: status = '', LabelCounters: counters = {} } = await labeling.describe()
    const { TotalLabeled = 0, FailedNonRetryableError = 0, Unlabeled = 0 } = counters
    if (seen.statuses.at(-1) !== status) seen.statuses.push(status)
    if (status !== 'Initializing') seen.sums.add(TotalLabeled + FailedNonRetryableError + Unlabeled)
    return TotalLabeled
  }
  const gate = async () => {
    if ((await look()) < (pace.stopAt ?? COUNT)) return
    await labeling.client.send(new StopLabelingJobCommand({ LabelingJobName: 'Pets-1' }))
    await look()
  }
  await labeling.start({
    pace: { milliseconds: 0, objectsPerStep: 100, gate, ...pace },
    workers: WORKERS,
    onStateChange: async (event) => {
      events.push(event)
      tell()
    },
  })
  await labeling.create()
  const { job, lines } = await labeling.end()
  // The event follows the end, which may be seen before it.
  await told
  return { seen, events, job, lines }
}

const isLabeled = (line: Line): boolean => 'boxes' in line
const isFailed = (line: Line): boolean => !isLabeled(line) && 'boxes-metadata' in line
const reasonOf = (line: Line): string => String((line['boxes-metadata'] as Line)['failure-reason']) // a failed line has one

describe('a job of 1,000 images', () => {
  it.each([
    ['Completed', {}, ['Initializing', 'InProgress']],
    ['Stopped', { stopAt: 250 }, ['Initializing', 'InProgress', 'Stopping']],
    ['Failed', { expireAfterSteps: 4 }, ['Initializing', 'InProgress']],
  ] as const)(
    'that ends %s accounts for each of them, in counters, manifest, answers and event',
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

      // Each kind of failure is there, and what is broken fails alone.
      const done = Math.max(...[...labeled, ...failed].map(({ at }) => Number(at)))
      const broken = failed.filter((line) => reasonOf(line).includes('The image is broken'))
      expect(broken.map(({ at }) => at)).toEqual(LINES.map(({ at }) => at).filter((at) => at % 9 === 8 && at <= done))
      const others = failed.filter((line) => !broken.includes(line)).map(reasonOf)
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
