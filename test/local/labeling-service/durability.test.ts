import { existsSync } from 'node:fs'
import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StopLabelingJobCommand } from '@aws-sdk/client-sagemaker'
import { beforeEach, describe, expect, it } from '@jest/globals'
import type { LabelingJobStateChange } from '../../../local/labeling-service/jobs/state-change.ts'
import { type HeldGate, heldGate } from './held-gate.ts'
import { labelingForEachTest, PERFECT } from './running-server.ts'
import { createLines, placeImages, placeJobFiles } from './valid-request.ts'

const labeling = labelingForEachTest()
let held: HeldGate
const start = (more: object = {}) => {
  held = heldGate()
  const pace = { milliseconds: 0, objectsPerStep: 2, gate: held.gate }
  // Silent, because some of these tests have failing listeners.
  return labeling.start({ workers: PERFECT, pace, onLog: () => {}, ...more })
}
beforeEach(async () => {
  await placeJobFiles(labeling.store.s3, { lines: createLines(5) })
  await placeImages(labeling.store.s3, 5)
  await start()
})

describe('a restarted server', () => {
  it('resumes jobs and labels nothing twice', async () => {
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

  it.each([0, 1, 2, 3, 4])('resumes a job after %i steps', async (steps) => {
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

  /** Restores the files from before the last step, or only some of them. */
  async function crashInStep(isLost: (file: string) => boolean): Promise<void> {
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
    ['before its labels were stored', () => true],
    ['before its state was stored', (file: string) => file.endsWith('job.json')],
  ])('repeats a step with the same answers after a crash %s', async (_when, isLost) => {
    await crashInStep(isLost)
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

  it('truncates a partially written label', async () => {
    await crashInStep(() => true)
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

  it('names the state that it cannot read, and changes nothing', async () => {
    await labeling.create()
    await labeling.stop()
    const path = join(labeling.directory, 'pets-1', 'job.json')
    await writeFile(path, '{"request":')
    await expect(start()).rejects.toThrow(path)
    expect(await readFile(path, 'utf8')).toBe('{"request":')
  })

  it('removes what a killed server left half-written', async () => {
    await labeling.create()
    await labeling.stop()
    const left = join(labeling.directory, 'pets-1', 'job.json.0b2d8b4e-5c0c-4a52-8b43-0b9d2b0f7c11.next')
    await writeFile(left, '{"request":')
    await start()
    expect(existsSync(left)).toBe(false)
    expect((await labeling.describe()).LabelingJobStatus).toBe('Initializing')
  })

  it('ends a stopping job', async () => {
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

describe('job events', () => {
  let delivered: LabelingJobStateChange[] = []
  beforeEach(() => {
    delivered = []
  })

  const untilTold = async (count: number) => {
    while (delivered.length < count) await delay(2)
  }

  it('have the format of EventBridge and the job name in lower case', async () => {
    await start({ onStateChange: async (event: LabelingJobStateChange) => void delivered.push(event) })
    held.open()
    await labeling.create()
    await untilTold(1)
    expect(delivered).toEqual([
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

  it('are delivered once the final status is visible, also for stopped and failed jobs', async () => {
    const seen: unknown[] = []
    const onStateChange = async (event: LabelingJobStateChange) => {
      const name = event.resources[0]?.split('/').at(-1)
      seen.push([event.detail.LabelingJobStatus, (await labeling.describe(name)).LabelingJobStatus])
      delivered.push(event)
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

  it('are redelivered with the same id until the listener accepts them', async () => {
    const ids: string[] = []
    const onStateChange = async (event: LabelingJobStateChange) => {
      ids.push(event.id)
      if (ids.length < 3) throw new Error('not now')
      delivered.push(event)
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

  it('are kept for the next server without a listener', async () => {
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
    await start({ onStateChange: async (event: LabelingJobStateChange) => void delivered.push(event) })
    await untilTold(1)
    expect(delivered[0]?.detail.LabelingJobStatus).toBe('Completed')
  })

  it('do not prevent a server from stopping when the listener hangs', async () => {
    const onStateChange = (event: LabelingJobStateChange) => {
      delivered.push(event)
      return new Promise<void>(() => {})
    }
    await start({ onStateChange })
    held.open()
    await labeling.create()
    await untilTold(1)
    await labeling.stop()
    expect(delivered).toHaveLength(1)
  })
})
