export const JOB_STATUSES = ['Initializing', 'InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped'] as const
export type JobStatus = (typeof JOB_STATUSES)[number]

/** A job that is one of these stays so. */
export const FINAL_STATUSES = ['Completed', 'Failed', 'Stopped'] as const
export type FinalStatus = (typeof FINAL_STATUSES)[number]

export const isFinalStatus = (status: string): status is FinalStatus => FINAL_STATUSES.some((end) => end === status)

/** How many of a labeling job's objects are what. */
export interface LabelerCounters {
  /** By people or by machine. */
  readonly labeled: number
  readonly humanLabeled: number
  readonly machineLabeled: number
  /** Given up for good: expired, declined by all, or broken. */
  readonly failed: number
  readonly unlabeled: number
}

/** A labeling job as the labeling service tells it. */
export interface LabelerJob {
  /** As it was created; the service compares names without case. */
  readonly job: string
  readonly arn: string
  readonly status: JobStatus
  readonly counters: LabelerCounters
  readonly failureReason: string | undefined
  /** What was labeled so far; undefined until the service tells. */
  readonly outputManifestUri: string | undefined
  readonly inputManifestUri: string | undefined
  readonly workteamArn: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** Everything that a labeling job is made of. URIs are `s3://bucket/key`, times are seconds. */
export interface JobRequest {
  readonly job: string
  readonly labelAttributeName: string
  readonly inputManifestUri: string
  /** No slash at its end: results go to `<outputUri>/<job>/…`. */
  readonly outputUri: string
  readonly labelCategoriesUri: string
  readonly templateUri: string
  readonly roleArn: string
  readonly workteamArn: string
  readonly preHumanTaskLambdaArn: string
  readonly consolidationLambdaArn: string
  readonly taskTitle: string
  readonly taskDescription: string
  readonly taskKeywords?: readonly string[] | undefined
  readonly workersPerObject: number
  readonly taskTimeLimitSeconds: number
  readonly taskAvailabilitySeconds?: number | undefined
  readonly maxConcurrentTasks?: number | undefined
  readonly stoppingConditions?: StoppingConditions | undefined
  readonly publicTaskPrice?: TaskPrice | undefined
  readonly contentClassifiers?: readonly string[] | undefined
  readonly tags: Readonly<Record<string, string>>
}

/** The first one that is met stops a job. */
export interface StoppingConditions {
  readonly maxHumanLabeledObjects?: number | undefined
  readonly maxPercentageLabeled?: number | undefined
}

/** What a public worker is paid for a task, in US dollars: the sum of the three. */
export interface TaskPrice {
  readonly dollars?: number | undefined
  readonly cents?: number | undefined
  readonly tenthFractionsOfACent?: number | undefined
}

export interface JobFilter {
  readonly status?: JobStatus | undefined
  readonly nameContains?: string | undefined
  readonly createdAfter?: string | undefined
  readonly createdBefore?: string | undefined
  readonly oldestFirst?: boolean
  /** 1 to 100. */
  readonly limit: number
  /** The `next` of the page before. */
  readonly after?: string | undefined
}

/** The labeling service: jobs of this account and region, whoever made them. */
export interface Labeler {
  /**
   * Starts a job. `name-taken`: a job has the name, compared without case, maybe this very one.
   * @returns its ARN, or what the service has against the request
   * @throws AppError `quota-reached`, `upstream-failed`, `upstream-timeout`: then it may have been created
   */
  create(request: JobRequest): Promise<{ readonly arn: string } | 'name-taken' | { readonly refused: string }>
  /** The job as it stands; undefined when there is none of this name. */
  describe(job: string): Promise<LabelerJob | undefined>
  /** One page of jobs. @throws AppError `invalid-request` when `after` is not what a page before gave */
  list(filter: JobFilter): Promise<{ readonly jobs: readonly LabelerJob[]; readonly next?: string }>
  /** Has a job stopped, which takes a while. `over`: it has ended already. */
  stop(job: string): Promise<'stopping' | 'over' | 'missing'>
}

/** People who label, and where they do. */
export interface Workteam {
  readonly workteamArn: string
  readonly name: string
  readonly description: string | undefined
  /** Where its members sign in, with scheme; undefined where the service does not tell. */
  readonly portalUrl: string | undefined
}

/** The private work teams of this account and region. */
export interface Workteams {
  /** One page of teams, sorted by name. @throws AppError `invalid-request` when `after` is not what a page before gave */
  list(page: {
    readonly limit: number
    readonly after?: string | undefined
  }): Promise<{ readonly teams: readonly Workteam[]; readonly next?: string }>
  find(name: string): Promise<Workteam | undefined>
}
