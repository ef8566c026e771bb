import { isFinal } from '../model/job-status.ts'
import { JobRequest } from '../model/other-requests.ts'
import { invalid } from '../protocol/errors.ts'
import { parseMembers } from '../protocol/members.ts'
import { jobNotFound } from './describe-job.ts'
import type { Operation } from './service.ts'

/**
 * Stops a job. The documentation does not say what the service does with a job that has ended. This server rejects it, so
 * that a completed job is not mistaken for a stopped one.
 * @throws ServiceError `ResourceNotFound`, or `ValidationException` for a job that has ended
 */
export const stopLabelingJob: Operation = async ({ jobs }, body) => {
  const { LabelingJobName } = parseMembers(JobRequest, body)
  const job = jobs.find(LabelingJobName)
  if (!job) throw jobNotFound(LabelingJobName)
  const { status } = job.state
  if (isFinal(status)) throw invalid('LabelingJobName', `must name a job that has not ended; its status is ${status}`)
  await jobs.stop(job)
  return undefined
}
