import { isFinal } from '../model/job-status.ts'
import { JobRequest } from '../model/other-requests.ts'
import { invalid } from '../protocol/errors.ts'
import { parseMembers } from '../protocol/members.ts'
import { noSuchJob } from './describe-job.ts'
import type { Operation } from './service.ts'

/**
 * What the service answers for a job that is over is not documented; here it is refused, so that nobody takes a job
 * that has completed for one that was stopped.
 * @throws ServiceError `ResourceNotFound`, or `ValidationException` for a job that is over
 */
export const stopLabelingJob: Operation = async ({ jobs }, body) => {
  const { LabelingJobName } = parseMembers(JobRequest, body)
  const job = jobs.find(LabelingJobName)
  if (!job) throw noSuchJob(LabelingJobName)
  const { status } = job.state
  if (isFinal(status))
    throw invalid('LabelingJobName', `the job is ${status}; only one that is not over can be stopped`)
  await jobs.stop(job)
  return undefined
}
