import { appendFile, cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StopLabelingJobCommand } from '@aws-sdk/client-sagemaker'
import { beforeEach, describe, expect, it } from '@jest/globals'
import type { LabelingJobStateChange } from '../../../local/labeling-service/jobs/state-change.ts'
import { type HeldGate, heldGate } from './held-gate.ts'
import { labelingForEachTest, PERFECT } from './running-server.ts'
import { linesOf, placeImages, placeJobFiles } from './valid-request.ts'

const labeling = labelingForEachTest()
let held: HeldGate
const start = (more: object = {}) => {
  held = heldGate()
  const pace = { milliseconds: 0, objectsPerStep: 2, gate: held.gate }
  // Listeners that fail are what some of these tests are about.
  return labeling.start({ workers: PERFECT, pace, onLog: () => {}, ...more })
}
beforeEach(async () => {
  await placeJobFiles(labeling.store.s3, { lines: linesOf(5) })
  await placeImages(labeling.store.s3, 5)
  await start()
})

describe('a server on the directory of another', () => {
  it('goes on with jobs where they were, and labels nothing twice', async () => {
    await labeling.create()
    for (let step = 0; step < 3; step++) await held.step()
    await held.waiting()
    const before = await labeling.describe()
    expect(before.LabelCounters).toMatchObject({ TotalLabeled: 4, Unlabeled: 1 })
    const answers = await labeling.filesUnder('output/Pets-1/annotations/worker-response/')

    await start()
    const { $metadata: _, ...after } = await labeling.describe()
    expect(before).toMatchObject(after)
    held.open()
    const { job, lines } = await labeling.end()
    expect(job.LabelingJobStatus).toBe('Completed')
    expect(lines.every((line) => 'boxes' in line)).toBe(true)
    const all = await labeling.filesUnder('output/Pets-1/annotations/worker-response/')
    expect(all).toHaveLength(5)
    expect(all).toEqual(expect.arrayContaining([...answers]))
  })

  it.each([0, 1, 2, 3, 4])('does so after %i steps', async (steps) => {
    await labeling.create()
    for (let step = 0; step < steps; step++) await held.step()
    await held.waiting()
    await start()
    held.open()
    const { job, lines } = await labeling.end()
    expect(job.LabelCounters).toMatchObject({ TotalLabeled: 5, FailedNonRetryableError: 0, Unlabeled: 0 })
    expect(lines).toHaveLength(5)
    expect(await labeling.filesUnder('output/Pets-1/annotations/worker-response/')).toHaveLength(5)
  })

  /** Brings back what there was on disk before the last step, or only a part of that. */
  async function dieInStep(isLost: (file: string) => boolean): Promise<void> {
    await labeling.create()
    for (let step = 0; step < 2; step++) await held.step()
    await held.waiting()
    const before = `${labeling.directory}.before`
    await cp(labeling.directory, before, { recursive: true })
    await held.step()
    await held.waiting()
    await labeling.stop()
    const options = { recursive: true, filter: (file: string) => !file.includes('.json') || isLost(file) }
    await cp(before, labeling.directory, options)
    await rm(before, { recursive: true })
  }

  it.each([
    ['before it kept its labels', () => true],
    ['before it kept its state', (file: string) => file.endsWith('job.json')],
  ])('does a step again in which the other died %s, with the same answers', async (_when, isLost) => {
    await dieInStep(isLost)
    const answers = await labeling.filesUnder('output/Pets-1/annotations/worker-response/')
    expect(answers).toHaveLength(4)
    await start()
    held.open()
    const { job } = await labeling.end()
    expect(job.LabelCounters).toMatchObject({ TotalLabeled: 5, Unlabeled: 0 })
    const all = await labeling.filesUnder('output/Pets-1/annotations/worker-response/')
    expect(all).toHaveLength(5)
    expect(all).toEqual(expect.arrayContaining([...answers]))
  })

  it('cuts off a label that was not written to its end', async () => {
    await dieInStep(() => true)
    await appendFile(join(labeling.directory, 'pets-1', 'labels.jsonl'), '{"line":2,"val')
    await start()
    await held.step()
    await held.waiting()
    await start()
    held.open()
    const { job, lines } = await labeling.end()
    expect(job.LabelCounters).toMatchObject({ TotalLabeled: 5, Unlabeled: 0 })
    expect(lines.every((line) => 'boxes' in line)).toBe(true)
  })

  it('ends a job that was being stopped', async () => {
    await labeling.create()
    await held.step()
    await held.waiting()
    await labeling.client.send(new StopLabelingJobCommand({ LabelingJobName: 'Pets-1' }))
    await start()
    expect((await labeling.describe()).LabelingJobStatus).toBe('Stopping')
    held.open()
    expect((await labeling.end()).job.LabelingJobStatus).toBe('Stopped')
  })
})

describe('events', () => {
  let told: LabelingJobStateChange[] = []
  beforeEach(() => {
    told = []
  })

  const untilTold = async (count: number) => {
    while (told.length < count) await delay(2)
  }

  it('have the form of EventBridge, and the name of the job in lower case', async () => {
    await start({ onStateChange: async (event: LabelingJobStateChange) => void told.push(event) })
    held.open()
    await labeling.create()
    await untilTold(1)
    expect(told).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
        source: 'aws.sagemaker',
        account: '123456789012',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region: 'us-east-1',
        resources: ['arn:aws:sagemaker:us-east-1:123456789012:labeling-job/pets-1'],
        detail: { LabelingJobStatus: 'Completed' },
      },
    ])
  })

  it('are told when the job can be seen to be over, once it is stopped or has failed too', async () => {
    const seen: unknown[] = []
    const onStateChange = async (event: LabelingJobStateChange) => {
      const name = event.resources[0]?.split('/').at(-1)
      seen.push([event.detail.LabelingJobStatus, (await labeling.describe(name)).LabelingJobStatus])
      told.push(event)
    }
    await start({ onStateChange, workers: { ...PERFECT, expired: 1 } })
    await labeling.create({ LabelingJobName: 'stopped' })
    await labeling.client.send(new StopLabelingJobCommand({ LabelingJobName: 'stopped' }))
    held.open()
    await untilTold(1)
    await labeling.create({ LabelingJobName: 'failed' })
    await untilTold(2)
    expect(seen).toEqual([
      ['Stopped', 'Stopped'],
      ['Failed', 'Failed'],
    ])
  })

  it('come again, with the same id, until the listener takes them, and then never', async () => {
    const ids: string[] = []
    const onStateChange = async (event: LabelingJobStateChange) => {
      ids.push(event.id)
      if (ids.length < 3) throw new Error('not now')
      told.push(event)
    }
    await start({ onStateChange })
    held.open()
    await labeling.create()
    await untilTold(1)
    await labeling.stop()
    await start({ onStateChange })
    await labeling.describe()
    await labeling.stop()
    expect(ids).toHaveLength(3)
    expect(new Set(ids).size).toBe(1)
  })

  it('wait for the next server when nobody took them', async () => {
    let started: Promise<void> | undefined
    const refused = new Promise<void>((resolve) => {
      const onStateChange = async () => {
        resolve()
        throw new Error('never')
      }
      started = start({ onStateChange })
    })
    await started
    held.open()
    await labeling.create()
    await refused
    await start({ onStateChange: async (event: LabelingJobStateChange) => void told.push(event) })
    await untilTold(1)
    expect(told[0]?.detail.LabelingJobStatus).toBe('Completed')
  })

  it('do not keep a server up whose listener never answers', async () => {
    const onStateChange = (event: LabelingJobStateChange) => {
      told.push(event)
      return new Promise<void>(() => {})
    }
    await start({ onStateChange })
    held.open()
    await labeling.create()
    await untilTold(1)
    await labeling.stop()
    expect(told).toHaveLength(1)
  })
})
