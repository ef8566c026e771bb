import { createHash } from 'node:crypto'
import { JobRequest } from '../model/other-requests.ts'
import { ServiceError } from '../protocol/errors.ts'
import { parseMembers } from '../protocol/members.ts'
import type { Operation } from './service.ts'
import { description } from './views.ts'

/** @throws ServiceError `ResourceNotFound` */
export const describeLabelingJob: Operation = async ({ jobs }, body) => {
  const { LabelingJobName } = parseMembers(JobRequest, body)
  const job = jobs.find(LabelingJobName)
  if (!job) throw noSuchJob(LabelingJobName)
  return description(job.state, createHash('sha256').update(job.state.arn).digest('hex').slice(0, 16))
}

export const noSuchJob = (name: string): ServiceError =>
  new ServiceError('ResourceNotFound', `There is no labeling job named "${name}".`)
