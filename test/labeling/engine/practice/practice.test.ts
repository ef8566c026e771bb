import { describe, expect, it } from '@jest/globals'
import { findWork } from '../../../../shared/labeling/engine/work.ts'
import { drain } from '../../../support/broker/drain.ts'
import { goldJob, labelerAt, TRUTH, type WorkReply } from '../../../support/fixtures/practice-job.ts'
import { keysUnder } from '../../../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../../../support/world/ports.ts'

const linesOf = ({ tasks }: WorkReply): number[] => tasks.map(({ line }) => line)

const practiceAnswers = ({ world }: MemoryPorts): string[] =>
  keysUnder(world, 'system/labeling-work/cats-1/').filter((key) => /\/practice\/.+\/\d+\.json$/.test(key))

const EMPTY = { answer: 'empty', boxes: undefined }

describe('practice images', () => {
  it('are what a worker gets first, as many as the job asks for', async () => {
    const { hire } = await goldJob(40, { practice: 3 })
    const reply = await (await hire()).work()
    expect(reply).toMatchObject({ practice: true, block: expect.stringMatching(/^practice-[0-9a-f]{16}$/) })
    expect(reply.tasks).toHaveLength(3)
  })

  it('are five where the job does not say how many', async () => {
    const { hire } = await goldJob(40, {})
    expect((await (await hire()).work()).tasks).toHaveLength(5)
  })

  it('are all that are known, where that is fewer', async () => {
    const { hire } = await goldJob(3, {})
    expect((await (await hire()).work()).tasks).toHaveLength(3)
  })

  it('come before tasks that count, which come when all are answered', async () => {
    const { hire } = await goldJob(40, { practice: 3 })
    const ann = await hire()
    const practice = await ann.work()
    await ann.answer(practice.tasks[0]!)
    const rest = await ann.work(practice.block)
    expect(rest.practice).toBe(true)
    expect(rest.tasks.filter(({ answered }) => answered).map(({ line }) => line)).toEqual([practice.tasks[0]!.line])
    const tasks = await ann.work(await ann.finish(rest))
    expect(tasks).not.toHaveProperty('practice')
    expect(tasks.tasks).toHaveLength(10)
  })

  it('come first also for a worker who claims to have finished a block', async () => {
    const { hire } = await goldJob(40, { practice: 3 })
    const ann = await hire()
    expect(await ann.next('0-0-aaaaaaaaaaaaaaaa')).toMatchObject({ practice: true })
    const tasks = await ann.work(await ann.finish(await ann.work()))
    expect(await ann.next(tasks.block)).toMatchObject({ block: tasks.block })
  })

  it('come again as tasks that count, and the job ends with all of them', async () => {
    const { ports, hire } = await goldJob(5, {})
    const ann = await hire()
    const practice = await ann.work()
    const tasks = await ann.work(await ann.finish(practice))
    expect(linesOf(tasks)).toEqual(linesOf(practice))
    expect(tasks.tasks.filter(({ answered }) => answered)).toEqual([])
    expect(await ann.next(await ann.finish(tasks))).toMatchObject({ state: 'done' })
    await drain(ports)
    expect((await findWork('cats-1', ports))?.value.end).toMatchObject({
      status: 'Completed',
      counters: { labeled: 5, failed: 0, unlabeled: 0 },
    })
  })

  it('are never counted, though they are answered', async () => {
    const { ports, hire } = await goldJob(5, {})
    const ann = await hire()
    const practice = await ann.work()
    for (const task of practice.tasks)
      expect((await ann.answer(task)).json).toMatchObject({ counted: false, practice: true, revision: 1 })
    // The time of the job passes.
    await drain(ports)
    expect((await findWork('cats-1', ports))?.value.end?.counters).toEqual({ labeled: 0, failed: 5, unlabeled: 0 })
  })

  it('are others for another worker, where there are enough', async () => {
    const { hire } = await goldJob(100, {})
    const [one, two] = [await (await hire('ann')).work(), await (await hire('bob')).work()]
    expect(linesOf(one)).not.toEqual(linesOf(two))
  })

  it('are the same for a worker who comes back, whichever function is called', async () => {
    const { ports, hire } = await goldJob(40, {})
    const ann = await hire()
    const first = await ann.work()
    await ann.answer(first.tasks[1]!)
    const again = await labelerAt(memoryPorts({ world: ports.world }), ann.token).work()
    expect([again.block, linesOf(again)]).toEqual([first.block, linesOf(first)])
    expect(again.tasks.map(({ answered }) => answered)).toEqual([undefined, true, undefined, undefined, undefined])
  })

  it('are given again when they are renewed', async () => {
    const { hire } = await goldJob(40, {})
    const ann = await hire()
    const first = await ann.work()
    const renewed = await ann.renew(first.block)
    expect(renewed).toMatchObject({ state: 'work', practice: true, block: first.block })
  })

  it('that are all answered give way to tasks that count when they are renewed', async () => {
    const { hire } = await goldJob(40, {})
    const ann = await hire()
    const block = await ann.finish(await ann.work())
    expect(await ann.renew(block)).not.toHaveProperty('practice')
  })

  it('are not given out in a job without gold', async () => {
    const { ports, hire } = await goldJob(40)
    expect(await (await hire()).work()).not.toHaveProperty('practice')
    expect(ports.world.calls.filter(({ key }) => key.includes('/practice'))).toEqual([])
  })

  it('are not given out in a job that scores known answers only', async () => {
    const { ports, hire } = await goldJob(40, { practice: 0 })
    expect(await (await hire()).work()).not.toHaveProperty('practice')
    expect(ports.world.calls.filter(({ key }) => key.includes('/practice'))).toEqual([])
  })

  it('are not given out when the job is over', async () => {
    const { ports, hire } = await goldJob(5, {})
    ports.world.now = new Date(ports.world.now.getTime() + 31 * 86_400_000)
    expect(await (await hire()).next()).toMatchObject({ state: 'done' })
  })

  it('are looked up no more once a worker has answered all', async () => {
    const { ports, hire } = await goldJob(40, {})
    const ann = await hire()
    await ann.work(await ann.finish(await ann.work()))
    ports.world.calls.splice(0)
    await ann.work()
    expect(ports.world.calls.filter(({ key }) => key.includes('/practice'))).toEqual([])
  })

  it.each(['deleted', 'damaged'])('are done without where their record is %s, and that is logged', async (what) => {
    const { ports, work, hire } = await goldJob(40, {})
    const uri = `s3://work/system/labeling-work/cats-1/${work.workId}/practice.json`
    const whole = ports.world.stored.get(uri)!
    if (what === 'deleted') ports.world.stored.delete(uri)
    else ports.world.stored.set(uri, { ...whole, bytes: Buffer.from('{') })
    const ann = await hire()
    expect(await ann.work()).not.toHaveProperty('practice')
    expect(ports.world.logged).toContainEqual(expect.objectContaining({ event: 'state.corrupt' }))
    // Once it is restored, they practice.
    ports.world.stored.set(uri, whole)
    expect(await ann.work()).toHaveProperty('practice', true)
  })
})

describe('an answer to a practice image', () => {
  it('is replied to with what is right, which no reply says before', async () => {
    const { hire } = await goldJob(40, {})
    const ann = await hire()
    const practice = await ann.work()
    for (const task of practice.tasks) {
      expect(Object.keys(task).toSorted()).toEqual(['height', 'image', 'line', 'ticket', 'width'])
      expect(Buffer.from(task.ticket.split('.')[0]!, 'base64url').toString()).not.toContain('Cat')
    }
    const { status, json } = await ann.answer(practice.tasks[0]!)
    expect([status, json.truth, json.score]).toEqual([201, [TRUTH], 1])
  })

  it('is scored by how well its boxes fit', async () => {
    const { hire } = await goldJob(40, {})
    const ann = await hire()
    const [first, second, third] = (await ann.work()).tasks
    // Half of the cat, which is all of the overlap: 2 * 0.5 / 2 boxes.
    const half = { boxes: [{ ...TRUTH, width: 100 }] }
    expect((await ann.answer(first!, half)).json.score).toBe(0.5)
    expect((await ann.answer(second!, EMPTY)).json.score).toBe(0)
    expect((await ann.answer(third!, { boxes: [TRUTH, TRUTH] })).json.score).toBe(0.67)
  })

  it.each(['cannot-tell', 'bad-image', 'declined'])(
    'has no score when it is %s, but shows what is right',
    async (answer) => {
      const { hire } = await goldJob(40, {})
      const ann = await hire()
      const [task] = (await ann.work()).tasks
      const { json } = await ann.answer(task!, { answer, boxes: undefined })
      expect(json.truth).toEqual([TRUTH])
      expect(json).not.toHaveProperty('score')
    },
  )

  it.each(['cannot-tell', 'bad-image', 'declined'])('is an answer, too, when it is %s', async (answer) => {
    const { hire } = await goldJob(40, { practice: 1 })
    const ann = await hire()
    const { tasks, block } = await ann.work()
    await ann.answer(tasks[0]!, { answer, boxes: undefined })
    expect(await ann.work(block)).not.toHaveProperty('practice')
  })

  it('is recognized when its request is repeated', async () => {
    const { ports, hire } = await goldJob(40, {})
    const ann = await hire()
    const [task] = (await ann.work()).tasks
    const first = await ann.answer(task!)
    const again = await ann.answer(task!)
    expect([again.status, again.json]).toEqual([200, first.json])
    expect(practiceAnswers(ports)).toHaveLength(1)
  })

  it('is recognized when the function died after it was stored', async () => {
    const { ports, hire } = await goldJob(40, {})
    const ann = await hire()
    const [task] = (await ann.work()).tasks
    ports.world.fault = ({ method, key }) => (method === 'put' && /\/practice\//.test(key) ? 'after' : undefined)
    await ann.answer(task!).catch(() => undefined)
    ports.world.fault = () => undefined
    expect(await ann.answer(task!)).toMatchObject({ status: 200, json: { score: 1, truth: [TRUTH] } })
  })

  it.each([
    ['another submitId', { submitId: 'submit-again' }],
    ['another submitId that replaces it', { submitId: 'submit-again', replaces: 'submit-1' }],
  ])('cannot be replaced: with %s, it is refused', async (_, changes) => {
    const { hire } = await goldJob(40, {})
    const ann = await hire()
    const [task] = (await ann.work()).tasks
    await ann.answer(task!, { submitId: 'submit-1', ...EMPTY })
    expect(await ann.answer(task!, changes)).toMatchObject({ status: 409, json: { code: 'conflict' } })
    expect((await ann.answer(task!, { submitId: 'submit-1', ...EMPTY })).json.score).toBe(0)
  })

  it('is the only one of two that come at once from two tabs', async () => {
    const { ports, hire } = await goldJob(40, {})
    const ann = await hire()
    const [task] = (await ann.work()).tasks
    const replies = await Promise.all(
      ['tab-number-1', 'tab-number-2'].map((submitId) => ann.answer(task!, { submitId })),
    )
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect(practiceAnswers(ports)).toHaveLength(1)
  })

  it('is in the list of the answers of its block', async () => {
    const { hire } = await goldJob(40, {})
    const ann = await hire()
    const { block, tasks } = await ann.work()
    await ann.answer(tasks[2]!, EMPTY)
    await ann.answer(tasks[0]!)
    expect(await ann.answers(block)).toMatchObject([
      { line: tasks[0]!.line, answer: 'boxes', boxes: [TRUTH], revision: 1 },
      { line: tasks[2]!.line, answer: 'empty', revision: 1 },
    ])
    expect(await (await hire('bob')).answers(block)).toEqual([])
  })

  it('that is damaged is given again', async () => {
    const { ports, hire } = await goldJob(40, {})
    const ann = await hire()
    const { block, tasks } = await ann.work()
    await ann.answer(tasks[0]!)
    const [key] = practiceAnswers(ports)
    const uri = `s3://work/system/labeling-work/cats-1/${key}`
    ports.world.stored.set(uri, { ...ports.world.stored.get(uri)!, bytes: Buffer.from('{') })
    expect(await ann.answers(block)).toEqual([])
    expect((await ann.answer(tasks[0]!)).status).toBe(201)
    expect(await ann.answers(block)).toHaveLength(1)
  })

  it('is stored without truth and score where the record of the images is damaged', async () => {
    const { ports, work, hire } = await goldJob(40, {})
    const ann = await hire()
    const [task] = (await ann.work()).tasks
    ports.world.stored.delete(`s3://work/system/labeling-work/cats-1/${work.workId}/practice.json`)
    const { status, json } = await labelerAt(memoryPorts({ world: ports.world }), ann.token).answer(task!)
    expect([status, json.practice, json.counted]).toEqual([201, true, false])
    expect(json).not.toHaveProperty('truth')
    expect(json).not.toHaveProperty('score')
  })
})
