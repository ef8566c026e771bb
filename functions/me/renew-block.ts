import * as z from 'zod'
import { JobName } from '../../shared/contracts/job-name.ts'
import { NextTasks, RenewRequest } from '../../shared/contracts/labeling-task.ts'
import { renewBlock } from '../../shared/labeling/engine/serving/renew-block.ts'
import { workerSessions } from '../../shared/labeling/workers/session.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/me/jobs/{job}/renew',
    operationId: 'renewBlock',
    summary: 'Get more time for a block, and fresh links to its images',
    description:
      'Replies as `next` does. When the images were given to others meanwhile, it returns the next ones of this worker.',
    scope: 'label',
    sessions: workerSessions,
    refuses: ['not-found'],
    permissions: [
      'listAnswers',
      'listPractice',
      'readLabelingWorks',
      'readShards',
      'readTaskLines',
      'readAnswers',
      'readPracticeImages',
      'useLabelingHints',
      'writeShards',
      'readCopiedImages',
      'readTestImages',
      'sendTasks',
    ],
    params: z.object({ job: JobName }),
    body: RenewRequest,
    answers: { 200: NextTasks },
  },
  async ({ params: { job }, body: { block }, worker }, ports) => ok(await renewBlock(job, worker, block, ports)),
)

export const handler = lambda(endpoint, awsPorts)
