import type { CreateRequest } from '../model/create-request.ts'
import type { Service } from '../operations/service.ts'
import { checkAttribute } from './attribute.ts'
import { checkFiles } from './check-files.ts'
import { checkInput } from './input.ts'
import { parseTaskType } from './task-type.ts'
import { checkTimes } from './times.ts'
import { checkWorkforce } from './workforce.ts'

/**
 * Checks the rules of the service that are not in its API model. The service may check some of them only after the job
 * has started; the documentation does not say which. This server checks all of them at once.
 * @throws ServiceError `ValidationException`
 */
export async function checkRequest(request: CreateRequest, service: Service): Promise<void> {
  checkAttribute(request.LabelAttributeName)
  checkInput(request, service)
  const taskType = parseTaskType(request, service.region)
  checkWorkforce(request, service)
  checkTimes(request, service.region)
  await checkFiles(request, taskType, service.files)
}
