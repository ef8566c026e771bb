import type { Issue } from '../../contracts/errors.ts'
import { toIssues, zodErrorMap } from '../../platform/http/request-issues.ts'
import { findForeignFields, type JobOptions } from '../job-options.ts'
import { JobRules } from '../job-rules.ts'
import { toStopRule } from './line-rules.ts'

/** Classes of a job. */
export const MAX_CLASSES = 100

/** Fields that only SageMaker has a use for, and why. */
const SAGEMAKER_FIELDS = {
  workteamArn: 'workers get a link each, and are in no work team',
  roleArn: 'no other service reads the images',
  tags: 'the job is no resource of AWS',
  taskKeywords: 'workers do not search for tasks',
  maxConcurrentTasks: 'workers get tasks in small blocks',
  publicTaskPrice: 'there is no public work team',
  contentClassifiers: 'there is no public work team',
} as const satisfies Partial<Record<keyof JobOptions, string>>

/** Finds every rule of Groundwork's own engine that the options break on their own. Pure. */
export function findEngineIssues(options: JobOptions): Issue[] {
  const result = JobRules.safeParse(options, { error: zodErrorMap, reportInput: true })
  const issues = result.success ? [] : toIssues('body', result.error.issues)
  const unknown = findForeignFields(options, SAGEMAKER_FIELDS, 'groundwork', 'sagemaker')
  const others = [...findOpinionIssues(options), ...findDrawIssues(options)].filter(
    ({ at }) => !issues.some((issue) => issue.at === at),
  )
  return [...issues, ...unknown, ...others]
}

/** Finds what is wrong with how many workers are asked, and what becomes of their answers. */
function* findOpinionIssues({ workersPerObject, stopWhen, review, coverageCheck }: JobOptions): Generator<Issue> {
  const { workers } = toStopRule(stopWhen ?? {})
  if (stopWhen && workers > workersPerObject)
    yield {
      at: 'body.stopWhen.workers',
      message: `must be at most workersPerObject, ${workersPerObject}, not ${workers}`,
    }
  if (review === 'disputes' && workersPerObject === 1 && !coverageCheck)
    yield {
      at: 'body.review',
      message:
        'must be left out where one worker labels each image and none checks it, as nothing can differ; workersPerObject is 1',
    }
}

/** Finds what only a job can have whose workers draw all boxes themselves. */
function* findDrawIssues({ mode, gold, coverageCheck }: JobOptions): Generator<Issue> {
  if (mode === 'draw') return
  const refuse = (field: string, why: string): Issue => ({
    at: `body.${field}`,
    message: `must be left out in the mode ${mode}, as ${why}; the mode draw takes it`,
  })
  if (gold) yield refuse('gold', 'workers are shown the boxes that they would be scored by')
  if (coverageCheck) yield refuse('coverageCheck', 'only boxes that workers have drawn are checked')
}
