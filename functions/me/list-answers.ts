import * as z from 'zod'
import { JobName } from '../../shared/contracts/job-name.ts'
import { OwnAnswers } from '../../shared/contracts/labeling-answer.ts'
import { BlockName } from '../../shared/contracts/labeling-task.ts'
import { findOwnAnswers } from '../../shared/labeling/engine/serving/own-answers.ts'
import { workerSessions } from '../../shared/labeling/workers/session.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/me/jobs/{job}/answers',
    operationId: 'listMyAnswers',
    summary: 'Get the answers that the worker has given in a block',
    scope: 'label',
    sessions: workerSessions,
    refuses: ['not-found'],
    permissions: ['listAnswers', 'listPractice', 'readLabelingWorks', 'readAnswers', 'readPracticeAnswers'],
    params: z.object({ job: JobName }),
    query: z.strictObject({ block: BlockName.describe('The block of a reply of `next`') }),
    answers: { 200: OwnAnswers },
  },
  async ({ params: { job }, query: { block }, worker }, ports) =>
    ok({ items: await findOwnAnswers(job, worker, block, ports) }),
)

export const handler = lambda(endpoint, awsPorts)
