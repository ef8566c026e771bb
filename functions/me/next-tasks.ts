import * as z from 'zod'
import { JobName } from '../../shared/contracts/job-name.ts'
import { NextRequest, NextTasks } from '../../shared/contracts/labeling-task.ts'
import { nextTasks } from '../../shared/labeling/engine/serving/next-tasks.ts'
import { workerSessions } from '../../shared/labeling/workers/session.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/me/jobs/{job}/next',
    operationId: 'nextTasks',
    summary: 'Get the next images to label',
    description:
      'Returns up to ten images of one block, and takes back the block that is finished. Repeating the call returns the same images. With `wait`, call again after `retryAfterSeconds`; with `done`, there is nothing more for this worker. In a job with `gold`, a worker gets practice images first: `practice` is true then.',
    scope: 'label',
    sessions: workerSessions,
    refuses: ['not-found'],
    permissions: [
      'listAnswers',
      'listPractice',
      'readLabelingWorks',
      'readShards',
      'readTaskLines',
      'readProgress',
      'readAnswers',
      'readPracticeImages',
      'useLabelingHints',
      'writeShards',
      'readCopiedImages',
      'readTestImages',
      'sendTasks',
    ],
    params: z.object({ job: JobName }),
    body: NextRequest,
    answers: { 200: NextTasks },
  },
  async ({ params: { job }, body, worker }, ports) => ok(await nextTasks(job, worker, body, ports)),
)

export const handler = lambda(endpoint, awsPorts)
