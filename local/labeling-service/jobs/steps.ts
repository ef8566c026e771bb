import pLimit from 'p-limit'
import { FileError } from '../files/s3-files.ts'
import type { FinalStatus } from '../model/job-status.ts'
import { renderOutputManifest } from '../output/output-manifest.ts'
import { toOutputUris } from '../output/output-uris.ts'
import type { Job, JobState } from './job.ts'
import { type JobData, loadJobData, snapshotInput, toCounters } from './job-data.ts'
import { labelObjects } from './label-objects.ts'
import { nextLines, remainingLabels } from './next-lines.ts'
import type { JobSettings } from './settings.ts'

/** A job that has not ended, with its data once it is in progress. */
export interface RunningJob {
  readonly job: Job
  data?: JobData | undefined
}

type Changes = Partial<JobState>

/** Limits memory: input and output of a job are held whole while they are read and written. */
const largeFileLimit = pLimit(2)

/** Runs the next step of a job. Returns the changes of its state. */
export async function runNextStep(running: RunningJob, settings: JobSettings): Promise<Changes> {
  const { job } = running
  const { status, steps } = job.state
  try {
    if (steps >= (settings.pace.expireAfterSteps ?? Infinity))
      return await endJob(running, settings, 'Failed', 'ClientError: The labeling job expired before it completed.')
    if (status === 'Initializing') return await beginJob(running, settings)
    running.data ??= await loadJobData(job, settings.files, settings.region)
    // The documentation does not say which status a job has that met a stopping condition.
    return status === 'Stopping' ? await endJob(running, settings, 'Stopped') : await continueJob(running, settings)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    return await endJob(running, settings, 'Failed', `ClientError: ${error.message}`)
  }
}

async function beginJob(running: RunningJob, { files, region }: JobSettings): Promise<Changes> {
  await largeFileLimit(() => snapshotInput(running.job, files))
  running.data = await loadJobData(running.job, files, region)
  return { status: 'InProgress', ...(running.data && { counters: toCounters(running.data) }) }
}

async function continueJob(running: RunningJob, settings: JobSettings): Promise<Changes> {
  const { job, data } = running
  if (!data) throw new Error(`${job.directory} has no input`)
  const { request } = job.state
  if (data.done.size === data.assigned.length)
    return data.assigned.length > 0 && data.failed === data.assigned.length
      ? await endJob(running, settings, 'Failed', 'ClientError: All objects failed; see the output manifest.')
      : await endJob(running, settings, 'Completed')
  if (remainingLabels(data, request) <= 0) return await endJob(running, settings, 'Stopped')
  await labelObjects(job, data, nextLines(data, request, settings.pace.objectsPerStep), settings)
  return { counters: toCounters(data), written: await writeIntermediate(job, data, settings) }
}

/**
 * Writes the intermediate manifest when a tenth of the objects is new, because writing it after each step would be
 * expensive for a large job. Returns the number of labels in the last one written.
 */
async function writeIntermediate({ state }: Job, data: JobData, settings: JobSettings): Promise<number> {
  if (data.done.size - state.written < data.assigned.length / 10) return state.written
  await writeManifest(toOutputUris(state.request).intermediate, state, data, settings)
  return data.done.size
}

/** Ends the job and writes the labels so far, unless the output cannot be written. */
async function endJob(
  { job, data }: RunningJob,
  settings: JobSettings,
  status: FinalStatus,
  failureReason?: string,
): Promise<Changes> {
  const failure = failureReason === undefined ? {} : { failureReason: failureReason.slice(0, 1024) }
  const counters = data ? { counters: toCounters(data) } : {}
  if (!data) return { status, ...failure }
  const output = toOutputUris(job.state.request).manifest
  try {
    await writeManifest(output, job.state, data, settings)
    return { status, output, ...counters, ...failure }
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    return { status: 'Failed', failureReason: `ClientError: ${error.message}`.slice(0, 1024), ...counters, ...failure }
  }
}

const writeManifest = (uri: string, { request }: JobState, { lines, done }: JobData, { files }: JobSettings) =>
  largeFileLimit(() => files.put(uri, renderOutputManifest(lines, done, request.LabelAttributeName)))
