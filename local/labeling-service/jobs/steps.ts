import pLimit from 'p-limit'
import { FileError } from '../files/s3-files.ts'
import type { FinalStatus } from '../model/job-status.ts'
import { outputManifest } from '../output/manifest.ts'
import { placesOf } from '../output/places.ts'
import type { Job, JobState } from './job.ts'
import { labelSome } from './label-some.ts'
import { labelsLeft, nextLines } from './next-set.ts'
import type { JobSettings } from './settings.ts'
import { countersOf, openWork, takeInput, type Work } from './work.ts'

/** A job that is not over, with what it works with once it has begun. */
export interface RunningJob {
  readonly job: Job
  work?: Work | undefined
}

type Changes = Partial<JobState>

/** Input and output of large jobs are held whole while they are read and written; not of many at a time. */
const heavy = pLimit(2)

/** Does what comes next in a job. @returns what is to be changed of its state */
export async function nextStep(running: RunningJob, settings: JobSettings): Promise<Changes> {
  const { job } = running
  const { status, steps } = job.state
  try {
    if (steps >= (settings.pace.expireAfterSteps ?? Infinity))
      return await end(running, settings, 'Failed', 'ClientError: The labeling job expired: it was not over in time.')
    if (status === 'Initializing') return await begin(running, settings)
    running.work ??= await openWork(job, settings.files, settings.region)
    // What the service calls a job that met a stopping condition is not documented.
    return status === 'Stopping' ? await end(running, settings, 'Stopped') : await goOn(running, settings)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    return await end(running, settings, 'Failed', `ClientError: ${error.message}`)
  }
}

async function begin(running: RunningJob, { files, region }: JobSettings): Promise<Changes> {
  await heavy(() => takeInput(running.job, files))
  running.work = await openWork(running.job, files, region)
  return { status: 'InProgress', ...(running.work && { counters: countersOf(running.work) }) }
}

async function goOn(running: RunningJob, settings: JobSettings): Promise<Changes> {
  const { job, work } = running
  if (!work) throw new Error(`${job.directory} has no input`)
  const { request } = job.state
  if (work.done.size === work.own.length)
    return work.own.length > 0 && work.failed === work.own.length
      ? await end(running, settings, 'Failed', 'ClientError: All objects failed; the output manifest says why.')
      : await end(running, settings, 'Completed')
  if (labelsLeft(work, request) <= 0) return await end(running, settings, 'Stopped')
  await labelSome(job, work, nextLines(work, request, settings.pace.objectsPerStep), settings)
  return { counters: countersOf(work), written: await writeIntermediate(job, work, settings) }
}

/** Not after each step: for a large job that would be much writing. @returns how many labels the written one has */
async function writeIntermediate({ state }: Job, work: Work, settings: JobSettings): Promise<number> {
  if (work.done.size - state.written < work.own.length / 10) return state.written
  await writeManifest(placesOf(state.request).intermediate, state, work, settings)
  return work.done.size
}

/** Ends the job with what there is; without output when that cannot be written. */
async function end(
  { job, work }: RunningJob,
  settings: JobSettings,
  status: FinalStatus,
  failureReason?: string,
): Promise<Changes> {
  const failure = failureReason === undefined ? {} : { failureReason: failureReason.slice(0, 1024) }
  const counters = work ? { counters: countersOf(work) } : {}
  if (!work) return { status, ...failure }
  const output = placesOf(job.state.request).manifest
  try {
    await writeManifest(output, job.state, work, settings)
    return { status, output, ...counters, ...failure }
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    return { status: 'Failed', failureReason: `ClientError: ${error.message}`.slice(0, 1024), ...counters, ...failure }
  }
}

const writeManifest = (uri: string, { request }: JobState, { lines, done }: Work, { files }: JobSettings) =>
  heavy(() => files.put(uri, outputManifest(lines, done, request.LabelAttributeName)))
