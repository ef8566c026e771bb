import type { Step, Told } from './step.ts'

const workteamArn = 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/simulated-workers'
const request = { batch: 'people', workteamArn, taskTitle: 'Draw a box around each person and tree' }
const job = { job: 'people-1' }
const second = { job: 'people-2' }
const isOver = ({ output }: Told): boolean => output !== undefined

/** Labeling jobs: planned, started, looked at, stopped. */
export const LABELING_STEPS: readonly Step[] = [
  { operationId: 'listWorkteams', name: 'teams', summary: 'The teams of this account', status: 200 },
  {
    operationId: 'createLabelingJob',
    name: 'validated-only',
    summary: 'What it would be',
    params: job,
    query: { validateOnly: 'true' },
    body: request,
    status: 200,
  },
  {
    operationId: 'createLabelingJob',
    name: 'started',
    summary: 'Boxes to be drawn',
    params: job,
    body: request,
    status: 201,
  },
  {
    operationId: 'createLabelingJob',
    name: 'preflight-failed',
    summary: 'Everything that the service would not take, before it is asked',
    params: { job: 'people-3' },
    body: { ...request, workersPerObject: 12, taskTimeLimitSeconds: 5 },
    status: 422,
  },
  {
    operationId: 'createLabelingJob',
    name: 'other',
    summary: 'Another request under that name',
    params: job,
    body: { ...request, workersPerObject: 1 },
    status: 409,
  },
  {
    operationId: 'createLabelingJob',
    name: 'second',
    summary: 'To be stopped',
    params: second,
    body: request,
    status: 201,
    unrecorded: true,
  },
  {
    operationId: 'stopLabelingJob',
    name: 'stopping',
    summary: 'It stops in the background',
    params: second,
    status: 202,
  },
  {
    operationId: 'getLabelingJob',
    name: 'completed',
    summary: 'Over, with what it came to',
    params: job,
    status: 200,
    until: isOver,
  },
  { operationId: 'stopLabelingJob', name: 'over', summary: 'It has ended already', params: job, status: 200 },
  { operationId: 'listLabelingJobs', name: 'page', summary: 'The newest', query: { limit: '1' }, status: 200 },
  {
    operationId: 'listAnnotations',
    name: 'page',
    summary: 'One line of the output manifest',
    params: job,
    query: { limit: '1' },
    status: 200,
  },
]
