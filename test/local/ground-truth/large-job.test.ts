import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import type { LabelingJobStateChange } from '../../../local/ground-truth/jobs/state-change.ts'
import { labelingForEachTest, PERFECT } from './running-server.ts'
import { placeImages, placeJobFiles } from './valid-request.ts'

const labeling = labelingForEachTest()
const COUNT = 1000

describe('a job of 1,000 images', () => {
  it('accounts for each of them, in counters, manifest, answers and event', async () => {
    const { s3 } = labeling.store
    const events: LabelingJobStateChange[] = []
    await placeImages(s3, 8)
    // Each ninth image is not there.
    const lines = Array.from({ length: COUNT }, (_, at) => ({ 'source-ref': `s3://photos/images/${at % 9}.png`, at }))
    await placeJobFiles(s3, { lines })
    await labeling.start({
      pace: { milliseconds: 0, objectsPerStep: 100 },
      workers: { ...PERFECT, expired: 0.05, failed: 0.05, declines: 0.1 },
      onStateChange: async (event) => void events.push(event),
    })
    await labeling.create()
    const sums = new Set<number>()
    for (let isOver = false; !isOver; ) {
      const { LabelingJobStatus, LabelCounters = {} } = await labeling.describe()
      const { TotalLabeled = 0, FailedNonRetryableError = 0, Unlabeled = 0 } = LabelCounters
      if (LabelingJobStatus !== 'Initializing') sums.add(TotalLabeled + FailedNonRetryableError + Unlabeled)
      isOver = LabelingJobStatus === 'Completed'
      await delay(10)
    }
    const { job, lines: output } = await labeling.end()

    expect([...sums]).toEqual([COUNT])
    expect(output.map((line) => line.at)).toEqual(lines.map(({ at }) => at))
    const labeled = output.filter((line) => 'boxes' in line)
    const failed = output.filter((line) => !('boxes' in line) && 'boxes-metadata' in line)
    expect(labeled.length + failed.length).toBe(COUNT)
    expect(failed.length).toBeGreaterThan(COUNT / 9 + 50)
    expect(labeled.length).toBeGreaterThan(500)
    expect(job.LabelCounters).toEqual({
      TotalLabeled: labeled.length,
      HumanLabeled: labeled.length,
      MachineLabeled: 0,
      FailedNonRetryableError: failed.length,
      Unlabeled: 0,
    })
    const answers = await labeling.keysUnder('output/Pets-1/annotations/worker-response/')
    expect(answers.map((key) => Number(key.split('/').at(-2))).toSorted((one, other) => one - other)).toEqual(
      labeled.map(({ at }) => at),
    )
    expect(events.map(({ detail }) => detail)).toEqual([{ LabelingJobStatus: 'Completed' }])
  })
})
