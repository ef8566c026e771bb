import type { CreateRequest } from '../model/create-request.ts'
import type { Work } from './work.ts'

const DEFAULT_SET = 1000

/**
 * The lines that are answered next: no more than a step takes, than are left of the set that is out, and than may be
 * labeled at all. The next set goes out when the one before is finished.
 */
export function nextLines(work: Work, request: CreateRequest, objectsPerStep: number): readonly number[] {
  const set = request.HumanTaskConfig.MaxConcurrentTaskCount ?? DEFAULT_SET
  const leftOfSet = set - (work.done.size % set)
  const most = Math.min(objectsPerStep, leftOfSet, labelsLeft(work, request))
  return work.own.slice(work.done.size, work.done.size + most) // labels are kept in the order of lines
}

/** How many more may be labeled before a stopping condition is met. The percentage is of this job's own objects. */
export function labelsLeft({ own, done, failed }: Work, { StoppingConditions }: CreateRequest): number {
  const { MaxHumanLabeledObjectCount: count = Infinity, MaxPercentageOfInputDatasetLabeled: percentage = 100 } =
    StoppingConditions ?? {}
  const most = Math.min(count, Math.ceil((own.length * percentage) / 100))
  return most - (done.size - failed)
}
