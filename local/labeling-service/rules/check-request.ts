import type { CreateRequest } from '../model/create-request.ts'
import type { Service } from '../operations/service.ts'
import { checkAttribute } from './attribute.ts'
import { checkFiles } from './check-files.ts'
import { taskOf } from './functions.ts'
import { checkInput } from './input.ts'
import { checkTimes } from './times.ts'
import { checkWorkforce } from './workforce.ts'

/**
 * The service's rules that its model does not tell, one by one. Some the service may find only once a job has started;
 * which ones is not documented, and a caller is served best by hearing of them at once.
 * @throws ServiceError `ValidationException`
 */
export async function checkRequest(request: CreateRequest, service: Service): Promise<void> {
  checkAttribute(request.LabelAttributeName)
  checkInput(request, service)
  const task = taskOf(request, service.region)
  checkWorkforce(request, service)
  checkTimes(request, service.region)
  await checkFiles(request, task, service.files)
}
