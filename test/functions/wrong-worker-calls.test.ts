import { describe, expect, it } from '@jest/globals'
import { endpoint as listEndpoint } from '../../functions/me/list-answers.ts'
import { endpoint as nextEndpoint } from '../../functions/me/next-tasks.ts'
import { endpoint as renewEndpoint } from '../../functions/me/renew-block.ts'
import { endpoint as answerEndpoint } from '../../functions/me/submit-answer.ts'
import { MAX_ANSWER_BYTES } from '../../shared/contracts/labeling-answer.ts'
import { lambda } from '../../shared/platform/http/route.ts'
import { JOB, openWork, type WorkReply } from '../support/fixtures/open-work.ts'
import { enter, hire } from '../support/fixtures/workers.ts'
import { callHandler, type HandlerRequest } from '../support/http/call-handler.ts'

const box = { className: 'Cat', left: 1, top: 1, width: 5, height: 5 }

/** What a call is made of: the answer to the first task, unless changed. */
interface Attempt {
  readonly line?: string
  readonly job?: string
  /** Instead of a body made of the fields. */
  readonly text?: string
  readonly fields?: Readonly<Record<string, unknown>>
}

/** Opens a job, and returns its endpoints as they answer to a worker who has its first block. */
async function startWorking() {
  const { ports, work } = openWork(10)
  const session = await enter(ports, await hire(ports))
  const headers = { authorization: `Bearer ${session}` }
  const send = (endpoint: Parameters<typeof lambda>[0], method: string, tail: string, request: HandlerRequest) =>
    callHandler(
      lambda(endpoint, () => ports),
      { method, path: `/v1/me/jobs/${request.params?.job}/${tail}`, headers, ...request },
    )
  const post = (endpoint: Parameters<typeof lambda>[0], tail: string, body: unknown, job = JOB) =>
    send(endpoint, 'POST', tail, { params: { job }, body: typeof body === 'string' ? body : JSON.stringify(body) })
  const { tasks, block }: WorkReply = (await post(nextEndpoint, 'next', {})).json
  const answer = ({ line = '1', job = JOB, text, fields }: Attempt) => {
    const body = text ?? JSON.stringify({ ticket: tasks[0]?.ticket, submitId: 'submit-1', answer: 'empty', ...fields })
    return send(answerEndpoint, 'PUT', `answers/${line}`, { params: { job, line }, body })
  }
  const list = (query: Readonly<Record<string, string>>) =>
    send(listEndpoint, 'GET', 'answers', { params: { job: JOB }, query })
  return { ports, work, tasks, block, post, answer, list }
}

const TOO_LARGE = JSON.stringify({ comment: 'x'.repeat(MAX_ANSWER_BYTES) })

const WRONG_ANSWERS: readonly [what: string, attempt: Attempt, status: number, at: string | undefined][] = [
  ['no JSON', { text: '{' }, 400, undefined],
  ['a list', { text: '[]' }, 400, undefined],
  ['null', { text: 'null' }, 400, undefined],
  ['more than 256 KiB', { text: TOO_LARGE }, 413, undefined],
  ['no fields', { text: '{}' }, 400, 'body.ticket'],
  ['an unknown field', { fields: { worker: 'bob' } }, 400, 'body.worker'],
  ['no ticket', { fields: { ticket: '' } }, 400, 'body.ticket'],
  ['a ticket that is a number', { fields: { ticket: 1 } }, 400, 'body.ticket'],
  ['a ticket of 2,000 characters', { fields: { ticket: 'x'.repeat(2000) } }, 400, 'body.ticket'],
  ['a ticket that is text', { fields: { ticket: 'let me in' } }, 403, 'body.ticket'],
  ['a session as ticket', { fields: { ticket: 'gws_e30.AAAA' } }, 403, 'body.ticket'],
  ['a short submit id', { fields: { submitId: '1' } }, 400, 'body.submitId'],
  ['a submit id of 65 characters', { fields: { submitId: 'x'.repeat(65) } }, 400, 'body.submitId'],
  ['a submit id with a slash', { fields: { submitId: '../../../../x' } }, 400, 'body.submitId'],
  ['no answer', { fields: { answer: undefined } }, 400, 'body.answer'],
  ['an unknown answer', { fields: { answer: 'skip' } }, 400, 'body.answer'],
  ['an answer in capitals', { fields: { answer: 'Empty' } }, 400, 'body.answer'],
  ['a verdict', { fields: { answer: 'correct' } }, 400, 'body.answer'],
  ['boxes without boxes', { fields: { answer: 'boxes' } }, 400, 'body.boxes'],
  ['an empty list of boxes', { fields: { answer: 'boxes', boxes: [] } }, 400, 'body.boxes'],
  ['empty with boxes', { fields: { boxes: [box] } }, 400, 'body.boxes'],
  ['boxes that are no list', { fields: { answer: 'boxes', boxes: box } }, 400, 'body.boxes'],
  ['a box that is text', { fields: { answer: 'boxes', boxes: ['all'] } }, 400, 'body.boxes[0]'],
  ['a box that is null', { fields: { answer: 'boxes', boxes: [null] } }, 400, 'body.boxes[0]'],
  ['501 boxes', { fields: { answer: 'boxes', boxes: Array(501).fill(box) } }, 400, 'body.boxes'],
  ['10,000 boxes', { fields: { answer: 'boxes', boxes: Array(10_000).fill(0) } }, 400, 'body.boxes'],
  ['a box without a class', { fields: drawn({ className: undefined }) }, 400, 'body.boxes[0].className'],
  ['a class of another job', { fields: drawn({ className: 'Tree' }) }, 400, 'body.boxes[0].className'],
  ['a class in other letters', { fields: drawn({ className: 'cat' }) }, 400, 'body.boxes[0].className'],
  ['a class of 300 characters', { fields: drawn({ className: 'x'.repeat(300) }) }, 400, 'body.boxes[0].className'],
  ['a name of every object as class', { fields: drawn({ className: '__proto__' }) }, 400, 'body.boxes[0].className'],
  ['a box without a left edge', { fields: drawn({ left: undefined }) }, 400, 'body.boxes[0].left'],
  ['a left edge that is text', { fields: drawn({ left: '1' }) }, 400, 'body.boxes[0].left'],
  ['NaN, which JSON writes as null', { fields: drawn({ left: Number.NaN }) }, 400, 'body.boxes[0].left'],
  ['a number beyond the largest', { text: bodyWith('1e999') }, 400, 'body.boxes[0].left'],
  ['a number beyond the smallest', { text: bodyWith('-1e999') }, 400, 'body.boxes[0].left'],
  ['no width', { fields: drawn({ width: 0 }) }, 400, 'body.boxes[0].width'],
  ['a negative width', { fields: drawn({ width: -5 }) }, 400, 'body.boxes[0].width'],
  ['a negative height', { fields: drawn({ height: -5 }) }, 400, 'body.boxes[0].height'],
  ['a box right of the image', { fields: drawn({ left: 400 }) }, 400, 'body.boxes[0]'],
  ['a box left of the image', { fields: drawn({ left: -5 }) }, 400, 'body.boxes[0]'],
  ['a box below the image', { fields: drawn({ top: 200 }) }, 400, 'body.boxes[0]'],
  ['a box above the image', { fields: drawn({ top: -5 }) }, 400, 'body.boxes[0]'],
  ['a box far away', { fields: drawn({ left: 1e308, width: 1e308 }) }, 400, 'body.boxes[0]'],
  ['an unknown field of a box', { fields: drawn({ score: 1 }) }, 400, 'body.boxes[0].score'],
  ['how it was drawn in capitals', { fields: drawn({ how: 'DRAG' }) }, 400, 'body.boxes[0].how'],
  ['a comment of 1,001 characters', { fields: { comment: 'x'.repeat(1001) } }, 400, 'body.comment'],
  ['a comment that is a list', { fields: { comment: ['x'] } }, 400, 'body.comment'],
  ['negative time', { fields: { activeMilliseconds: -1 } }, 400, 'body.activeMilliseconds'],
  ['more than a week', { fields: { activeMilliseconds: 1e10 } }, 400, 'body.activeMilliseconds'],
  ['line 0', { line: '0' }, 400, 'path.line'],
  ['line -1', { line: '-1' }, 400, 'path.line'],
  ['line 1.5', { line: '1.5' }, 400, 'path.line'],
  ['a line with a zero in front', { line: '01' }, 400, 'path.line'],
  ['line one', { line: 'one' }, 400, 'path.line'],
  ['the line of another ticket', { line: '2' }, 403, 'body.ticket'],
  ['a line after the last', { line: '999999' }, 403, 'body.ticket'],
  ['a job that is not there', { job: 'dogs-1' }, 404, undefined],
  ['a name that is none', { job: 'a_b' }, 400, 'path.job'],
]

function drawn(changes: object) {
  return { answer: 'boxes', boxes: [{ ...box, ...changes }] }
}

/** Returns a body with a number that JSON.stringify does not write. */
function bodyWith(left: string): string {
  const text = JSON.stringify({ ticket: 'x', submitId: 'submit-1', ...drawn({ left: 7777 }) })
  return text.replace('7777', left)
}

describe('an answer is refused, and nothing of it stored,', () => {
  it.each(WRONG_ANSWERS)('with %s', async (_, attempt, status, at) => {
    const { ports, answer } = await startWorking()
    const before = [...ports.world.stored.keys()]
    const refused = await answer(attempt)
    expect(refused).toMatchObject({ status, json: { code: expect.any(String), detail: expect.any(String) } })
    expect(refused.json.errors.map((error: { at: string }) => error.at)).toEqual(
      at === undefined ? expect.any(Array) : expect.arrayContaining([at]),
    )
    expect([...ports.world.stored.keys()]).toEqual(before)
  })
})

describe('a request for tasks is refused', () => {
  it.each<[what: string, body: unknown, status: number]>([
    ['without JSON', 'next', 400],
    ['with an unknown field', { job: 'cats-1' }, 400],
    ['with a block that is none', { finished: '1' }, 400],
    ['with a path as block', { finished: '../../x' }, 400],
    ['with a negative time', { swapMilliseconds: -1 }, 400],
    ['with a time of an hour', { swapMilliseconds: 3_600_000 }, 400],
  ])('%s', async (_, body, status) => {
    const { post } = await startWorking()
    expect((await post(nextEndpoint, 'next', body)).status).toBe(status)
  })

  it('for a job that is not there', async () => {
    const { post } = await startWorking()
    expect((await post(nextEndpoint, 'next', {}, 'dogs-1')).status).toBe(404)
  })
})

it.each(['9999-9-0123456789abcdef', '0-9-0123456789abcdef', '0-0-0123456789abcdef'])(
  'the block %s, which nobody has, is handed back and renewed without effect',
  async (block) => {
    const { post, block: own } = await startWorking()
    expect((await post(nextEndpoint, 'next', { finished: block })).json.block).toBe(own)
    expect((await post(renewEndpoint, 'renew', { block })).json.block).toBe(own)
  },
)

it('answers are listed only of a block that is named', async () => {
  const { list, block } = await startWorking()
  const queries = [{ block }, {}, { block: '1' }, { block, worker: 'bob' }]
  const statuses = await Promise.all(queries.map(async (query) => (await list(query)).status))
  expect(statuses).toEqual([200, 400, 400, 400])
})
