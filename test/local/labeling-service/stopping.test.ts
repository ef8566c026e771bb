import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Files, s3Files } from '../../../local/labeling-service/files/s3-files.ts'
import { type Jobs, openJobs } from '../../../local/labeling-service/jobs/jobs.ts'
import { CreateRequest } from '../../../local/labeling-service/model/create-request.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { serverForEachTest } from '../s3/running-server.ts'
import { PERFECT } from './running-server.ts'
import { createLines, placeImages, placeJobFiles, validRequest } from './valid-request.ts'

const store = serverForEachTest()
let directory: string
let files: Files
let jobs: Jobs
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'groundwork-labeling-'))
  await placeJobFiles(store.s3, { lines: createLines(1) })
  await placeImages(store.s3, 1)
  files = s3Files(store.url, 'us-east-1', CREDENTIALS)
})
afterEach(async () => {
  await jobs.close()
  files.close()
  await rm(directory, { recursive: true })
})

/** Creates a job that hangs in the first of these calls, and returns a function that releases it. */
async function jobThatHangs(call: (files: Files, hang: () => Promise<void>) => Partial<Files>) {
  let goOn = () => {}
  const going = new Promise<void>((resolve) => {
    goOn = resolve
  })
  let isHanging = false
  const hang = () => {
    isHanging = true
    return going
  }
  jobs = await openJobs(directory, {
    region: 'us-east-1',
    account: '123456789012',
    files: { ...files, ...call(files, hang) },
    pace: { milliseconds: 0, objectsPerStep: 10 },
    workers: PERFECT,
    knownBoxes: undefined,
    onStateChange: undefined,
    onLog: () => {},
    maxJobs: 1,
  })
  const job = await jobs.create(CreateRequest.parse(validRequest()))
  while (!isHanging) await delay(1)
  return { job, goOn }
}

describe('a job that is stopped during a step', () => {
  it.each<[string, Parameters<typeof jobThatHangs>[0], string]>([
    ['begins', (real, hang) => ({ stream: (uri) => hang().then(() => real.stream(uri)) }), 'no label'],
    [
      'ends',
      (real, hang) => ({
        put: (uri, body) =>
          (uri.endsWith('output/output.manifest') ? hang() : Promise.resolve()).then(() => real.put(uri, body)),
      }),
      'all labels',
    ],
  ])('still stops when it %s', async (_step, call, expected) => {
    const { job, goOn } = await jobThatHangs(call)
    await jobs.stop(job)
    expect(job.state.status).toBe('Stopping')
    goOn()
    while (job.state.status === 'Stopping') await delay(1)
    expect(job.state.status).toBe('Stopped')
    expect(job.state.event?.detail).toEqual({ LabelingJobStatus: 'Stopped' })
    expect(job.state.counters.TotalLabeled).toBe(expected === 'all labels' ? 1 : 0)
    expect(await store.text('output/Pets-1/manifests/output/output.manifest')).toContain('images/0.png')
  })
})
