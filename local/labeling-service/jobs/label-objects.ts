import pLimit from 'p-limit'
import { parseLine } from '../objects/manifest-line.ts'
import { failedLabel, type Label } from '../output/label.ts'
import { type AnsweredTask, writeConsolidation, writeWorkerResponse } from '../output/responses.ts'
import { type LabelingTask, runTask, type TaskContext, type TaskResult } from '../workers/run-task.ts'
import type { Job } from './job.ts'
import { appendLabels, type JobData } from './job-data.ts'
import type { JobSettings } from './settings.ts'

const CONCURRENCY = 32

/**
 * Runs the tasks for these lines. Writes the worker responses first and the labels last. After a crash in between, the
 * step repeats and overwrites the same files, because answers depend only on job, line and the time of the step.
 * @throws FileError when the responses cannot be written
 */
export async function labelObjects(
  job: Job,
  data: JobData,
  lines: readonly number[],
  settings: JobSettings,
): Promise<void> {
  const { request, stepAt } = job.state
  const { files } = settings
  const context = createTaskContext(settings)
  const limit = pLimit(CONCURRENCY)
  const answered: AnsweredTask[] = []
  const labels = new Map<number, Label>()
  await limit.map(lines, async (at) => {
    const task = toTask(job, data, at)
    const result = task ? await runTask(task, context) : UNREADABLE_LINE
    if (task && hasAnswers(result)) {
      const answeredTask = { ...task, result }
      await writeWorkerResponse(answeredTask, request, files)
      answered.push(answeredTask)
    }
    labels.set(at, result.label)
  })
  answered.sort((a, b) => a.at - b.at)
  if (answered.length > 0) await writeConsolidation(answered, request, stepAt, files)
  const inOrder = [...labels].toSorted(([a], [b]) => a - b)
  await appendLabels(job, data, new Map(inOrder))
}

const UNREADABLE_LINE: TaskResult = { label: failedLabel('ClientError: The line of the manifest cannot be read.') }

const hasAnswers = (result: TaskResult): result is AnsweredTask['result'] => result.answers !== undefined

/** Returns the task for a line, or undefined if the line cannot be parsed. */
function toTask({ state }: Job, { lines, taskType, labels, template }: JobData, at: number): LabelingTask | undefined {
  const line = parseLine(lines[at] ?? '')
  if (typeof line === 'string') return undefined
  const { LabelingJobName: job, HumanTaskConfig } = state.request
  const workers = HumanTaskConfig.NumberOfHumanWorkersPerDataObject
  return { job, taskType, labels, template, workers, at, line, time: state.stepAt }
}

/** Creates the context of a step. CORS rules are read once per step, so that fixing them helps a running job. */
function createTaskContext({ files, workers, knownBoxes }: JobSettings): TaskContext {
  const cache = new Map<string, Promise<boolean>>()
  const allowsPages = (bucket: string) => {
    const allowed = cache.get(bucket) ?? files.allowsPages(bucket)
    cache.set(bucket, allowed)
    return allowed
  }
  return { files, allowsPages, errorRates: workers, knownBoxes }
}
