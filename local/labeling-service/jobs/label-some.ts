import pLimit from 'p-limit'
import { failedLabel, type Label } from '../output/label.ts'
import { type Answered, writeConsolidation, writeWorkerResponse } from '../output/responses.ts'
import { parseLine } from '../work/manifest-line.ts'
import { type Assignment, type Done, type Workplace, workOn } from '../work/work-on.ts'
import type { Job } from './job.ts'
import type { JobSettings } from './settings.ts'
import { addLabels, type Work } from './work.ts'

const AT_ONCE = 32

/**
 * Lets workers answer on these lines. Answers are written first and labels kept last: who dies in between does the same
 * again under the same names, for it is a matter of job, line and the step's time.
 * @throws FileError when the answers cannot be written
 */
export async function labelSome(job: Job, work: Work, lines: readonly number[], settings: JobSettings): Promise<void> {
  const { request, stepAt } = job.state
  const { files } = settings
  const place = workplace(settings)
  const limit = pLimit(AT_ONCE)
  const answered: Answered[] = []
  const labels = new Map<number, Label>()
  await limit.map(lines, async (at) => {
    const assignment = assignmentOf(job, work, at)
    const done = assignment ? await workOn(assignment, place) : notToRead
    if (assignment && hasAnswers(done)) {
      const one = { ...assignment, done }
      await writeWorkerResponse(one, request, files)
      answered.push(one)
    }
    labels.set(at, done.label)
  })
  answered.sort((one, other) => one.at - other.at)
  if (answered.length > 0) await writeConsolidation(answered, request, stepAt, files)
  const inOrder = [...labels].toSorted(([one], [other]) => one - other)
  await addLabels(job, work, new Map(inOrder))
}

const notToRead: Done = { label: failedLabel('ClientError: The line of the manifest cannot be read.') }

const hasAnswers = (done: Done): done is Answered['done'] => done.answers !== undefined

function assignmentOf({ state }: Job, { lines, task, labels, template }: Work, at: number): Assignment | undefined {
  const line = parseLine(lines[at] ?? '')
  if (typeof line === 'string') return undefined
  const { LabelingJobName: job, HumanTaskConfig } = state.request
  const workers = HumanTaskConfig.NumberOfHumanWorkersPerDataObject
  return { job, task, labels, template, workers, at, line, time: state.stepAt }
}

/** Asks for the CORS rules of a bucket once a step, so that mending them helps a job that runs. */
function workplace({ files, workers, knownBoxes }: JobSettings): Workplace {
  const allowed = new Map<string, Promise<boolean>>()
  const allowsPages = (bucket: string) => {
    const answer = allowed.get(bucket) ?? files.allowsPages(bucket)
    allowed.set(bucket, answer)
    return answer
  }
  return { files, allowsPages, shares: workers, knownBoxes }
}
