import type { AnswerFields, Step } from './step.ts'

const workteamArn = 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/simulated-workers'
const request = { batch: 'people', workteamArn, taskTitle: 'Draw a box around each person and tree' }
const job = { job: 'people-1' }
const second = { job: 'people-2' }
const hasOutput = ({ output }: AnswerFields): boolean => output !== undefined

/** Creating, reading and stopping labeling jobs. */
export const LABELING_STEPS: readonly Step[] = [
  { operationId: 'listWorkteams', name: 'teams', summary: 'The work teams of the account', status: 200 },
  {
    operationId: 'createLabelingJob',
    name: 'validated-only',
    summary: 'Preview the job; nothing is created',
    params: job,
    query: { validateOnly: 'true' },
    body: request,
    status: 200,
  },
  {
    operationId: 'createLabelingJob',
    name: 'started',
    summary: 'Create a job to draw boxes',
    params: job,
    body: request,
    status: 201,
  },
  {
    operationId: 'createLabelingJob',
    name: 'preflight-failed',
    summary: 'All problems that the labeling service would reject',
    params: { job: 'people-3' },
    body: { ...request, workersPerObject: 12, taskTimeLimitSeconds: 5 },
    status: 422,
  },
  {
    operationId: 'createLabelingJob',
    name: 'other',
    summary: 'Another request under an existing name',
    params: job,
    body: { ...request, workersPerObject: 1 },
    status: 409,
  },
  {
    operationId: 'createLabelingJob',
    name: 'second',
    summary: 'Create a job that is stopped later',
    params: second,
    body: request,
    status: 201,
    unrecorded: true,
  },
  {
    operationId: 'stopLabelingJob',
    name: 'stopping',
    summary: 'Stop the job in the background',
    params: second,
    status: 202,
  },
  {
    operationId: 'getLabelingJob',
    name: 'completed',
    summary: 'A completed job with its output',
    params: job,
    status: 200,
    until: hasOutput,
  },
  { operationId: 'stopLabelingJob', name: 'over', summary: 'The job has already ended', params: job, status: 200 },
  { operationId: 'listLabelingJobs', name: 'page', summary: 'The newest job', query: { limit: '1' }, status: 200 },
  {
    operationId: 'listAnnotations',
    name: 'page',
    summary: 'One line of the output manifest',
    params: job,
    query: { limit: '1' },
    status: 200,
  },
]
