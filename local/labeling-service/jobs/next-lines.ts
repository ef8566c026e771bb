import type { CreateRequest } from '../model/create-request.ts'
import type { JobData } from './job-data.ts'

const DEFAULT_CONCURRENT_TASKS = 1000

/**
 * Returns the line numbers of the next step. Limited by the objects per step, the rest of the current set of concurrent
 * tasks, and the stopping conditions. The service sends out the next set when the current one is finished.
 */
export function nextLines(data: JobData, request: CreateRequest, objectsPerStep: number): readonly number[] {
  const setSize = request.HumanTaskConfig.MaxConcurrentTaskCount ?? DEFAULT_CONCURRENT_TASKS
  const leftOfSet = setSize - (data.done.size % setSize)
  const count = Math.min(objectsPerStep, leftOfSet, remainingLabels(data, request))
  return data.assigned.slice(data.done.size, data.done.size + count) // labels are stored in line order
}

/** Returns how many objects may still be labeled before a stopping condition is met. The percentage is of `assigned`. */
export function remainingLabels({ assigned, done, failed }: JobData, { StoppingConditions }: CreateRequest): number {
  const { MaxHumanLabeledObjectCount: maxCount = Infinity, MaxPercentageOfInputDatasetLabeled: percentage = 100 } =
    StoppingConditions ?? {}
  const maxLabels = Math.min(maxCount, Math.ceil((assigned.length * percentage) / 100))
  return maxLabels - (done.size - failed)
}
