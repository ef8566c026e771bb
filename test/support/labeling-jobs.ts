import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import type { LabelerJob } from '../../shared/contracts/labeler.ts'
import { LabelingJobRequest } from '../../shared/contracts/labeling-job.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { createJob } from '../../shared/labeling/jobs/create.ts'
import { type JobStateChange, recordStateChange } from '../../shared/labeling/jobs/job-changed.ts'
import type { Ports } from '../../shared/platform/ports.ts'
import { cats, copyOf, petsWorld } from './fixtures/pets.ts'
import { drain } from './world/drain.ts'
import { type MemoryPorts, memoryPorts } from './world/ports.ts'
import { memoryObject, TEAM, type World } from './world/world.ts'

/** Returns a world whose batch `b` is copied; with five cats by default. */
export async function copiedWorld(rows: readonly string[] = cats(5), classNames = ['Cat']): Promise<World> {
  const world = await petsWorld(rows)
  await copyAgain(memoryPorts({ world }), classNames, rows.length)
  world.sent.events.splice(0)
  world.calls.splice(0)
  return world
}

/** Creates the batch `b` and copies it, for the first time or again. */
export async function copyAgain(ports: MemoryPorts, classNames = ['Cat'], examplesPerClass = 5): Promise<void> {
  await createBatch('b', BatchRequest.parse({ dataset: 'pets', classNames, examplesPerClass }), ports)
  await startCopy('b', ports)
  await drain(ports)
}

export const copiedPorts = async (rows?: readonly string[], classNames?: string[]): Promise<MemoryPorts> =>
  memoryPorts({ world: await copiedWorld(rows, classNames) })

/** Returns a request for a job on the batch `b`. */
export const jobFor = (changes: Record<string, unknown> = {}): LabelingJobRequest =>
  LabelingJobRequest.parse({ batch: 'b', workteamArn: TEAM.workteamArn, ...changes })

export const create = (ports: Ports, job = 'cats-1', changes: Record<string, unknown> = {}) =>
  createJob(job, jobFor(changes), ports)

/** Changes a job at the service. */
export function changeServiceJob({ world }: MemoryPorts, job: string, changes: Partial<LabelerJob>): void {
  const current = world.labeling.jobs.get(job.toLowerCase())
  if (!current) throw new Error(`the service has no job ${job}`)
  world.labeling.jobs.set(job.toLowerCase(), { ...current, ...changes })
}

/** The outcome of a line of an output manifest. */
export type OutputKind = 'labeled' | 'empty' | 'expired' | 'unlabeled'

/** Returns a line for the image with that number of batch `b`. */
function outputLine(number: number, kind: OutputKind, attribute = 'labels'): string {
  const source = { 'source-ref': copyOf('b', number) }
  const origin = {
    type: 'groundtruth/object-detection',
    'human-annotated': 'yes',
    'creation-date': '2026-01-02T03:04:05.000001',
    'job-name': 'labeling-job/cats-1',
  }
  const label = (annotations: object[], objects: object[], classMap: object) => ({
    ...source,
    [attribute]: { annotations, image_size: [{ width: 400, height: 200, depth: 3 }] },
    [`${attribute}-metadata`]: { objects, 'class-map': classMap, ...origin },
  })
  switch (kind) {
    case 'labeled':
      return JSON.stringify(
        label([{ class_id: 0, left: 100, top: 50, width: 200, height: 100 }], [{ confidence: 0.9 }], { 0: 'Cat' }),
      )
    case 'empty':
      return JSON.stringify(label([], [], {}))
    case 'expired':
      return JSON.stringify({
        ...source,
        [`${attribute}-metadata`]: {
          'retry-count': 1,
          'failure-reason': 'ClientError: Annotation tasks expired.',
          'human-annotated': 'true',
        },
      })
    case 'unlabeled':
      return JSON.stringify(source)
  }
}

/** Stores an output manifest where the service writes it, with a line for each of the images 1, 2 and so on. */
export function putOutput({ world }: MemoryPorts, job: string, kinds: readonly OutputKind[]): void {
  const lines = kinds.map((kind, index) => `${outputLine(index + 1, kind)}\n`)
  world.stored.set(`s3://work/data/b/${job}/manifests/output/output.manifest`, memoryObject(lines.join('')))
}

/** Ends a job at the service with that output. */
export function end(ports: MemoryPorts, job: string, status: LabelerJob['status'], kinds: readonly OutputKind[]): void {
  putOutput(ports, job, kinds)
  const count = (...counted: OutputKind[]) => kinds.filter((kind) => counted.includes(kind)).length
  const labeled = count('labeled', 'empty')
  const counters = {
    labeled,
    humanLabeled: labeled,
    machineLabeled: 0,
    failed: count('expired'),
    unlabeled: count('unlabeled'),
  }
  const updatedAt = new Date(ports.world.now.getTime() + 90_000).toISOString()
  const outputManifestUri = `s3://work/data/b/${job}/manifests/output/output.manifest`
  changeServiceJob(ports, job, { status, counters, updatedAt, outputManifestUri })
}

export const stateChange = (job: string, status: string, changes: Partial<JobStateChange> = {}): JobStateChange => ({
  id: 'change-1',
  source: 'aws.sagemaker',
  'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
  account: '123456789012',
  region: 'us-east-1',
  time: '2026-01-02T05:00:00Z',
  resources: [`arn:aws:sagemaker:us-east-1:123456789012:labeling-job/${job.toLowerCase()}`],
  detail: { LabelingJobStatus: status },
  ...changes,
})

/** Ends a job at the service, and delivers the state change. */
export async function endAndPublish(
  ports: MemoryPorts,
  job: string,
  status: 'Completed' | 'Failed' | 'Stopped',
  kinds: readonly OutputKind[],
): Promise<void> {
  end(ports, job, status, kinds)
  await recordStateChange(stateChange(job, status), ports)
}

/** Returns the text of an object in the working bucket. */
export const textAt = ({ world }: MemoryPorts, key: string): string | undefined => {
  const object = world.stored.get(`s3://work/${key}`)
  return object && Buffer.from(object.bytes).toString()
}

/** Returns all keys of the working bucket. */
export const allKeys = ({ world }: MemoryPorts): string[] =>
  [...world.stored.keys()]
    .filter((uri) => uri.startsWith('s3://work/'))
    .map((uri) => uri.slice('s3://work/'.length))
    .sort()
