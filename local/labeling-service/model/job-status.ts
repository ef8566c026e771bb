import * as z from 'zod'

/** Status of a labeling job. */
export const JobStatus = z.enum(['Initializing', 'InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped'])
export type JobStatus = z.infer<typeof JobStatus>

/** The terminal statuses. */
export const FinalStatus = JobStatus.extract(['Completed', 'Failed', 'Stopped'])
export type FinalStatus = z.infer<typeof FinalStatus>

export const isFinal = (status: JobStatus): status is FinalStatus => FinalStatus.safeParse(status).success
