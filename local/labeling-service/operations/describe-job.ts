import { createHash } from 'node:crypto'
import { JobRequest } from '../model/other-requests.ts'
import { ServiceError } from '../protocol/errors.ts'
import { parseMembers } from '../protocol/members.ts'
import type { Operation } from './service.ts'
import { toDescription } from './views.ts'

/** @throws ServiceError `ResourceNotFound` */
export const describeLabelingJob: Operation = async ({ jobs }, body) => {
  const { LabelingJobName } = parseMembers(JobRequest, body)
  const job = jobs.find(LabelingJobName)
  if (!job) throw jobNotFound(LabelingJobName)
  return toDescription(job.state, createHash('sha256').update(job.state.arn).digest('hex').slice(0, 16))
}

export const jobNotFound = (name: string): ServiceError =>
  new ServiceError('ResourceNotFound', `Labeling job "${name}" does not exist.`)
