import { readFile } from 'node:fs/promises'
import { expect } from '@jest/globals'
import { IMAGE_BUCKET, SAMPLE_BUCKET, SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import { listSampleFiles } from '../../local/sample-data/sample-files.ts'
import { readExampleFiles } from '../../tools/examples/example-files.ts'
import { type ExampleTarget, runExampleFile } from '../../tools/examples/run-file.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { TEAM } from '../support/world/world.ts'
import type { DeployedWorld } from './deployed-world.ts'

const RECEIVER = 'https://receiver.example.org'
/** Examples whose statuses depend on labeling jobs that end, which those in memory do not do by themselves. */
const NEED_ENDED_JOBS = ['stop-labeling-job', 'get-labeling-job', 'list-annotations', 'delete-batch']
const SAMPLE = new URL('../../local/sample-data/', import.meta.url)

/**
 * Runs the `.http` files of the examples, so that a new endpoint is run by its example. What they cannot reach, such as
 * failures, races and large batches, needs a journey of its own.
 */
export async function runningExamples(deployed: DeployedWorld): Promise<void> {
  const { world, drain, request } = deployed
  await arrange(deployed)
  const target: ExampleTarget = {
    send: ({ method, target, body, headers }) =>
      request(method, target, { body: body && inOneBucket(body), authorization: headers.authorization }),
    waitUntilDone: () => drain(),
    variables: { host: '', receiver: RECEIVER, photo: `${RECEIVER}/photo.jpg` },
  }
  for (const file of await readExampleFiles())
    for await (const { request: example, answer } of runExampleFile(file, target)) {
      const isExpected = example.expected.includes(answer.status) || NEED_ENDED_JOBS.includes(file.name)
      expect({ title: example.title, answer, isExpected }).toMatchObject({ isExpected: true })
    }
  expect(world.received.length).toBeGreaterThan(0)
}

/** A deployment may read only the bucket of Open Images, so the files of the sample are put there too. */
const inOneBucket = (text: string): string => text.replaceAll(SAMPLE_BUCKET, IMAGE_BUCKET)

async function arrange({ world, call, drain }: DeployedWorld): Promise<void> {
  for (const { path, key } of await listSampleFiles())
    world.stored.set(`s3://${IMAGE_BUCKET}/${key}`, memoryObject(await readFile(new URL(path, SAMPLE)), 'image/jpeg'))
  const photo = await readFile(new URL('train/images/000020780ccee28d.jpg', SAMPLE))
  world.web.set(`${RECEIVER}/photo.jpg`, { bytes: photo, etag: undefined, ranges: false })
  for (const path of ['/', '/other']) world.receivers.set(`${RECEIVER}${path}`, { status: 204 })
  const workteamArn = TEAM.workteamArn.replace(TEAM.name, 'simulated-workers')
  world.labeling.teams.push({ ...TEAM, name: 'simulated-workers', workteamArn })
  for (const [dataset, registration] of Object.entries(SAMPLE_DATASETS)) {
    const body = JSON.parse(inOneBucket(JSON.stringify(registration)))
    expect(await call('datasets-register', { dataset }, { body })).toBe(201)
    expect(await call('datasets-import', { dataset })).toBe(202)
  }
  await drain()
}
