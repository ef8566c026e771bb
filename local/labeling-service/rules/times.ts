import type { CreateRequest } from '../model/create-request.ts'
import { invalid } from '../protocol/errors.ts'
import { isPublic } from './workforce.ts'

const MAX_TASK_SECONDS = 28_800
const MAX_PUBLIC_LIFETIME_SECONDS = 43_200
const MAX_LIFETIME_SECONDS = 2_592_000

/** Checks the time limits of image tasks that are not in the API model. @throws ServiceError `ValidationException` */
export function checkTimes({ HumanTaskConfig }: CreateRequest, region: string): void {
  const { TaskTimeLimitInSeconds, TaskAvailabilityLifetimeInSeconds: lifetime = 0, WorkteamArn } = HumanTaskConfig
  if (TaskTimeLimitInSeconds > MAX_TASK_SECONDS)
    throw invalid(
      'HumanTaskConfig.TaskTimeLimitInSeconds',
      `must be at most ${MAX_TASK_SECONDS} for images, but is ${TaskTimeLimitInSeconds}`,
    )
  const maxLifetime = isPublic(WorkteamArn, region) ? MAX_PUBLIC_LIFETIME_SECONDS : MAX_LIFETIME_SECONDS
  if (lifetime > maxLifetime)
    throw invalid(
      'HumanTaskConfig.TaskAvailabilityLifetimeInSeconds',
      `must be at most ${maxLifetime} for this work team, but is ${lifetime}`,
    )
}
