import type { AnswerReceipt, AnswerRequest, OwnAnswers } from '../../../shared/contracts/labeling-answer.ts'
import type { NextRequest, NextTasks } from '../../../shared/contracts/labeling-task.ts'
import type { SessionView } from '../../../shared/contracts/session.ts'
import type { WorkerJobItem } from '../../../shared/contracts/worker-job.ts'
import { ApiError, type ApiRequest, callApi } from '../../kit/api.ts'

/** The calls of a worker. All throw {@link ApiError}. */
export interface LabelApi {
  jobs(): Promise<readonly WorkerJobItem[]>
  next(job: string, body: NextRequest): Promise<NextTasks>
  renew(job: string, block: string): Promise<NextTasks>
  answer(job: string, line: number, body: AnswerRequest): Promise<AnswerReceipt>
  answers(job: string, block: string): Promise<OwnAnswers['items']>
}

/** Exchanges the secret of a link for a session. @throws ApiError `unauthorized` for one that is not valid any more */
export async function openSession(secret: string, seat: string): Promise<SessionView> {
  return (await callApi<SessionView>({ method: 'POST', path: 'v1/me/sessions', body: { secret, seat } })).body
}

/**
 * Returns the calls of a worker.
 * @param session gets the session, a new one if the one before has expired
 */
export function labelApi(session: (isExpired: boolean) => Promise<string>): LabelApi {
  const call = async <Body>(request: ApiRequest): Promise<Body> => {
    const send = async (isExpired: boolean) => callApi<Body>({ ...request, token: await session(isExpired) })
    try {
      return (await send(false)).body
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      return (await send(true)).body
    }
  }
  const inJob = (job: string, rest: string): string => `v1/me/jobs/${encodeURIComponent(job)}/${rest}`
  return {
    jobs: async () => {
      const all: WorkerJobItem[] = []
      let cursor: string | undefined
      do {
        const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const path = `v1/me/jobs?limit=100${more}`
        const page = await call<{ items: WorkerJobItem[]; nextCursor?: string }>({ path })
        all.push(...page.items)
        cursor = page.nextCursor
      } while (cursor !== undefined)
      return all
    },
    next: (job, body) => call({ method: 'POST', path: inJob(job, 'next'), body }),
    renew: (job, block) => call({ method: 'POST', path: inJob(job, 'renew'), body: { block } }),
    answer: (job, line, body) => call({ method: 'PUT', path: inJob(job, `answers/${line}`), body }),
    answers: async (job, block) =>
      (await call<OwnAnswers>({ path: inJob(job, `answers?block=${encodeURIComponent(block)}`) })).items,
  }
}
