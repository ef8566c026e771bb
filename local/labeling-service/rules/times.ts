import type { CreateRequest } from '../model/create-request.ts'
import { invalid } from '../protocol/errors.ts'
import { isPublic } from './workforce.ts'

const MOST_TASK_SECONDS = 28_800
const MOST_PUBLIC_LIFETIME_SECONDS = 43_200
const MOST_LIFETIME_SECONDS = 2_592_000

/** Limits for tasks on images that the model leaves out. @throws ServiceError `ValidationException` */
export function checkTimes({ HumanTaskConfig }: CreateRequest, region: string): void {
  const { TaskTimeLimitInSeconds, TaskAvailabilityLifetimeInSeconds: lifetime = 0, WorkteamArn } = HumanTaskConfig
  if (TaskTimeLimitInSeconds > MOST_TASK_SECONDS)
    throw invalid(
      'HumanTaskConfig.TaskTimeLimitInSeconds',
      `${TaskTimeLimitInSeconds} is more than ${MOST_TASK_SECONDS}, the most for images`,
    )
  const most = isPublic(WorkteamArn, region) ? MOST_PUBLIC_LIFETIME_SECONDS : MOST_LIFETIME_SECONDS
  if (lifetime > most)
    throw invalid(
      'HumanTaskConfig.TaskAvailabilityLifetimeInSeconds',
      `${lifetime} is more than ${most}, the most for this work team`,
    )
}
