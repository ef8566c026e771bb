import * as z from 'zod'
import { JobName } from '../../shared/contracts/job-name.ts'
import { AnswerReceipt, AnswerRequest, LineNumber, MAX_ANSWER_BYTES } from '../../shared/contracts/labeling-answer.ts'
import { submitAnswer } from '../../shared/labeling/engine/serving/submit-answer.ts'
import { workerSessions } from '../../shared/labeling/workers/session.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { created, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'

export const endpoint = route(
  {
    method: 'PUT',
    path: '/v1/me/jobs/{job}/answers/{line}',
    operationId: 'submitAnswer',
    summary: 'Answer a task',
    description:
      'Repeating the request with the same `submitId` changes nothing. Another `submitId` replaces the answer. An answer that comes too late is stored, but not counted: `counted` is false then. An answer to a practice image never counts, and cannot be replaced; the reply shows what is right.',
    scope: 'label',
    sessions: workerSessions,
    refuses: ['not-found', 'conflict'],
    permissions: [
      'listAnswers',
      'readLabelingWorks',
      'readShards',
      'readTaskLines',
      'readAnswers',
      'readPracticeImages',
      'readPracticeAnswers',
      'writeAnswers',
      'writePracticeAnswers',
      'writeShards',
      'sendTasks',
    ],
    maxBodyBytes: MAX_ANSWER_BYTES,
    params: z.object({ job: JobName, line: LineNumber }),
    body: AnswerRequest,
    answers: { 200: AnswerReceipt, 201: AnswerReceipt },
  },
  async ({ params: { job, line }, body, worker }, ports) => {
    const { receipt, isNew } = await submitAnswer(job, line, worker, body, ports)
    return isNew ? created(receipt, `/v1/me/jobs/${job}/answers/${line}`) : ok(receipt)
  },
)

export const handler = lambda(endpoint, awsPorts)
