/** Who gives the images of a labeling job to people: Groundwork itself, or Amazon SageMaker Ground Truth. */
export const ENGINES = ['groundwork', 'sagemaker'] as const
export type Engine = (typeof ENGINES)[number]

export const JOB_STATUSES = ['Initializing', 'InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped'] as const
export type JobStatus = (typeof JOB_STATUSES)[number]

/** The statuses that no longer change. */
export const FINAL_STATUSES = ['Completed', 'Failed', 'Stopped'] as const
export type FinalStatus = (typeof FINAL_STATUSES)[number]

export const isFinalStatus = (status: string): status is FinalStatus => FINAL_STATUSES.some((end) => end === status)

/** Objects of a labeling job by outcome. */
export interface LabelerCounters {
  /** Labeled by people or automatically. */
  readonly labeled: number
  readonly humanLabeled: number
  readonly machineLabeled: number
  /** Failed permanently: expired, declined by everybody, or broken. */
  readonly failed: number
  readonly unlabeled: number
}

/** What only our own engine knows of the progress of a job. */
export interface LabelerProgress {
  readonly opinions: { readonly given: number; readonly needed: number }
  /** Objects on which workers differ, of a job with reviewers. */
  readonly disputes?: { readonly undecided: number; readonly decided: number } | undefined
  /** Of a job whose labels are checked. */
  readonly checks?: { readonly given: number; readonly needed: number } | undefined
  /** Blocks that workers have now. */
  readonly blocksOut: number
  readonly expiredLeases: number
  /** These are undefined while nothing is known. */
  readonly medianSecondsPerImage: number | undefined
  readonly medianSecondsPerBox: number | undefined
  readonly imageSwapP95Milliseconds: number | undefined
  /** RFC 3339. */
  readonly estimatedEndAt: string | undefined
  /** Keys of stored objects that are missing or damaged: what is in them is not counted. */
  readonly unreadable: readonly string[]
}

/** A labeling job as its engine reports it. */
export interface LabelerJob {
  /** In its original case; names are compared without case. */
  readonly job: string
  /** Of a job at SageMaker. */
  readonly arn?: string | undefined
  readonly status: JobStatus
  readonly counters: LabelerCounters
  readonly progress?: LabelerProgress | undefined
  readonly failureReason: string | undefined
  /** Where the output is; undefined until the service reports it. */
  readonly outputManifestUri: string | undefined
  readonly inputManifestUri: string | undefined
  /** Of a job at SageMaker. */
  readonly workteamArn?: string | undefined
  /** Whether known answers are used; of a job of Groundwork's own engine, as long as its work is there. */
  readonly hasGold?: boolean | undefined
  readonly createdAt: string
  readonly updatedAt: string
}

/** The request that creates a labeling job at SageMaker. URIs are `s3://bucket/key`. */
export interface JobRequest {
  readonly job: string
  readonly labelAttributeName: string
  readonly inputManifestUri: string
  /** Without a trailing slash: results go to `<outputUri>/<job>/…`. */
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

/** A job stops when the first of these is met. */
export interface StoppingConditions {
  readonly maxHumanLabeledObjects?: number | undefined
  readonly maxPercentageLabeled?: number | undefined
}

/** The price of a task for public workers, in US dollars: the sum of the three. */
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
  /** The `next` of the previous page. */
  readonly after?: string | undefined
}

/** The jobs of an engine. */
export interface EngineJobs {
  /** Returns the job with its current status; undefined when there is none of this name. */
  describe(job: string): Promise<LabelerJob | undefined>
  /** Starts to stop a job, which takes a while. Returns `over` when it has ended already. */
  stop(job: string): Promise<'stopping' | 'over' | 'missing'>
}

/** The labeling service of SageMaker: all jobs of this account and region, whether they were created here or not. */
export interface Labeler extends EngineJobs {
  /**
   * Creates a job, which starts at once.
   * @returns its ARN; `name-taken` when a job has the name, compared without case, which may be this very job; or why the
   *   service refuses the request
   * @throws AppError `quota-reached`; `upstream-failed` and `upstream-timeout`, after which the job may have been created
   */
  create(request: JobRequest): Promise<{ readonly arn: string } | 'name-taken' | { readonly refused: string }>
  /** Returns a page of jobs. @throws AppError `invalid-request` when `after` is not the `next` of a page */
  list(filter: JobFilter): Promise<{ readonly jobs: readonly LabelerJob[]; readonly next?: string }>
}

/** A team of workers. */
export interface Workteam {
  readonly workteamArn: string
  readonly name: string
  readonly description: string | undefined
  /** URL at which its members sign in; undefined when the service does not report it. */
  readonly portalUrl: string | undefined
}

/** The private work teams of this account and region. */
export interface Workteams {
  /** Returns a page of teams, sorted by name. @throws AppError `invalid-request` when `after` is not the `next` of a page */
  list(page: {
    readonly limit: number
    readonly after?: string | undefined
  }): Promise<{ readonly teams: readonly Workteam[]; readonly next?: string }>
  /** Returns the team of that name; undefined when there is none. */
  find(name: string): Promise<Workteam | undefined>
}
