import { CreateRequest } from '../model/create-request.ts'
import { parseMembers } from '../protocol/members.ts'
import { checkRequest } from '../rules/check-request.ts'
import type { Operation } from './service.ts'

/** @throws ServiceError `ValidationException`, `ResourceInUse` or `ResourceLimitExceeded` */
export const createLabelingJob: Operation = async (service, body) => {
  const request = parseMembers(CreateRequest, body)
  service.jobs.assertNameAvailable(request.LabelingJobName)
  await checkRequest(request, service)
  const { state } = await service.jobs.create(request)
  return { LabelingJobArn: state.arn }
}
