import type { Answer } from '../../shared/contracts/labeling-answer.ts'
import type { LabelingTask, NextTasks } from '../../shared/contracts/labeling-task.ts'
import { workerPseudonym } from '../../shared/labeling/workers/pseudonym.ts'
import type { ApiRequest } from '../../tools/people/send.ts'
import { retryUntilDone } from '../support/crash/retry.ts'
import { JOB, passSeconds } from '../support/fixtures/open-work.ts'
import { hire } from '../support/fixtures/workers.ts'
import { inProcessSend } from '../support/people/in-process-send.ts'
import { jsonAt } from '../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'
import { type GivenAnswer, ledgerOf } from './serving-people.ts'

/** A function knows a worker for a minute: after this time it reads everything again. */
const FORGOTTEN_SECONDS = 61

/** The secret of the link that two browsers share, by world. */
const secrets = new Map<string, string>()
const RECORD = 'system/labeling-workers/ann.json'
const idIn = (world: World): string => jsonAt(world, RECORD).id

/** Adds a worker whose link two people share. */
export async function withSharedLink(build: () => Promise<World>): Promise<World> {
  const world = await build()
  const secret = await hire(memoryPorts({ world }), 'ann', { seats: 2 })
  secrets.set(idIn(world), secret)
  return world
}

/** A browser that repeats what failed, as the page does. A function that failed is replaced by one that knows nothing. */
function browserAt(ports: MemoryPorts, seat: string) {
  const { world } = ports
  let token: string | undefined
  let functions = inProcessSend(memoryPorts({ world }))
  const send = (request: ApiRequest): Promise<Record<string, unknown>> => {
    passSeconds(ports, FORGOTTEN_SECONDS)
    return retryUntilDone(async () => {
      const { status, json } = await functions({ ...request, token })
      if (status < 300) return json as Record<string, unknown> // as declared
      functions = inProcessSend(memoryPorts({ world }))
      throw new Error(`${request.path} answered ${status}`)
    })
  }
  return {
    get: (path: string) => send({ method: 'GET', path }),
    post: async (path: string, body: object) => (await send({ method: 'POST', path, body })) as unknown as NextTasks,
    put: (path: string, body: object) => send({ method: 'PUT', path, body }),
    /** Opens the link. @returns the worker's pseudonym */
    enter: async (): Promise<string> => {
      const body = { secret: secrets.get(idIn(world)), seat }
      const session = await send({ method: 'POST', path: '/v1/me/sessions', body })
      token = String(session.session)
      return workerPseudonym(idIn(world), Number(session.seat))
    },
  }
}

/** Two people open a shared link, and do everything that the page can do. */
export async function labelOverHttp(ports: MemoryPorts): Promise<void> {
  const { given } = ledgerOf(ports.world)
  for (const seat of ['first-browser-00', 'other-browser-00']) {
    const { enter, get, post, put } = browserAt(ports, seat)
    const worker = await enter()
    await get('/v1/me/jobs')
    const answer = async ({ line, ticket }: LabelingTask, kind: Answer): Promise<void> => {
      const noted: GivenAnswer = { line, worker, ticket, submitId: `submit-${given.length}`, answer: kind }
      given.push(noted)
      const reply = await put(`/v1/me/jobs/${JOB}/answers/${line}`, { ticket, submitId: noted.submitId, answer: kind })
      noted.receipt = { counted: reply.counted === true, revision: Number(reply.revision) }
    }
    for (let reply = await post(`/v1/me/jobs/${JOB}/next`, {}); reply.state === 'work'; ) {
      for (const task of reply.tasks) await answer(task, 'empty')
      await post(`/v1/me/jobs/${JOB}/renew`, { block: reply.block })
      const { items } = await get(`/v1/me/jobs/${JOB}/answers?block=${reply.block}`)
      if (!Array.isArray(items) || items.length !== reply.tasks.length) throw new Error('an own answer is not listed')
      await answer(reply.tasks[0]!, 'empty')
      reply = await post(`/v1/me/jobs/${JOB}/next`, { finished: reply.block })
    }
  }
}
