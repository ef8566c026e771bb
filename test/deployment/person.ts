import type { LabelingTask, NextTasks } from '../../shared/contracts/labeling-task.ts'
import type { DeployedWorld } from './deployed-world.ts'

/** Somebody who labels over HTTP. */
export interface Person {
  readonly session: string
  request(method: string, path: string, body?: object): Promise<{ readonly status: number; readonly json: never }>
  next(job: string, body?: object): Promise<NextTasks>
  answer(job: string, task: LabelingTask, changes?: object): Promise<number>
}

/** Opens the session of a new worker. @param fields of the request for the worker */
export async function newPerson({ request }: DeployedWorld, name: string, fields: object = {}): Promise<Person> {
  const send = async (method: string, path: string, body: object | undefined, authorization: string | undefined) => {
    const text = body && JSON.stringify(body)
    const answer = await request(method, path, { body: text, authorization })
    return { status: answer.status, json: JSON.parse(answer.text) as never }
  }
  const created = await send('PUT', `/v1/workers/${name}`, fields, 'Bearer everything')
  const secret = (created.json as { link: string }).link.split('#')[1]
  const opened = await send('POST', '/v1/me/sessions', { secret }, undefined)
  const { session } = opened.json as { session: string }
  const authorization = `Bearer ${session}`
  const asPerson: Person['request'] = (method, path, body) => send(method, path, body, authorization)
  return {
    session,
    request: asPerson,
    next: async (job, body = {}) => (await asPerson('POST', `/v1/me/jobs/${job}/next`, body)).json,
    answer: async (job, { line, ticket }, changes = {}) => {
      const body = { ticket, submitId: `submit-${line}`, answer: 'empty', activeMilliseconds: 900, ...changes }
      return (await asPerson('PUT', `/v1/me/jobs/${job}/answers/${line}`, body)).status
    },
  }
}

export const tasksOf = (reply: NextTasks): readonly LabelingTask[] => (reply.state === 'work' ? reply.tasks : [])
export const blockOf = (reply: NextTasks): string => (reply.state === 'work' ? reply.block : '')
