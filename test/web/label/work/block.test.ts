import { describe, expect, it } from '@jest/globals'
import { startDrawing } from '../../../../web/label/drawing/drawing.ts'
import { withActivity } from '../../../../web/label/work/active-time.ts'
import { isSameAnswer, toAnswerRequest } from '../../../../web/label/work/answer.ts'
import { isVerdict, toAsk } from '../../../../web/label/work/ask.ts'
import { isFinished, type KeptBox, nextOpen, toBlock, withAnswer } from '../../../../web/label/work/block.ts'
import { percentile } from '../../../../web/label/work/percentile.ts'
import { startTask } from '../../../../web/label/work/start-task.ts'
import { JOB } from '../job.ts'

const task = (line: number, more: object = {}) => ({
  line,
  image: `https://bucket/${line}.jpg?signed`,
  width: 100,
  height: 80,
  ticket: `ticket-${line}`,
  ...more,
})
const reply = (block: string, tasks: ReturnType<typeof task>[]) => ({
  state: 'work' as const,
  block,
  secondsLeft: 900,
  tasks,
})
const BOX: KeptBox = { className: 'Dog', left: 1, top: 2, width: 3, height: 4, how: 'drag' }
describe('a block', () => {
  it('keeps its answers when it gets more time, and forgets them with another block', () => {
    const block = withAnswer(toBlock(reply('a', [task(1), task(2)]), 0), 1, {
      answer: 'empty',
      boxes: [],
      submitId: 'one',
    })
    const renewed = toBlock(reply('a', [task(1, { ticket: 'new' }), task(2)]), 5000, block)
    expect(renewed.items[0]).toMatchObject({ isAnswered: true, given: { submitId: 'one' }, task: { ticket: 'new' } })
    expect(renewed.until).toBe(905_000)
    expect(toBlock(reply('b', [task(1)]), 0, block).items[0]).toMatchObject({ isAnswered: false })
  })

  it('goes on with the next task that has no answer, and around to those that were left out', () => {
    let block = toBlock(reply('a', [task(1), task(2, { answered: true }), task(3)]), 0)
    expect(nextOpen(block, 1)).toBe(2)
    block = withAnswer(block, 3, { answer: 'empty', boxes: [] })
    expect(nextOpen(block, 3)).toBe(0)
    expect(isFinished(withAnswer(block, 1, { answer: 'empty', boxes: [] }))).toBe(true)
  })
})

describe('what is asked', () => {
  it.each([
    ['draw', {}, 'draw', false],
    ['adjust', {}, 'adjust', false],
    ['verify', {}, 'verify', true],
    ['draw', { check: 'coverage' }, 'check', true],
    ['draw', { readings: [] }, 'choose', false],
    ['verify', { readings: [] }, 'choose', true],
  ] as const)('in the mode %s for a task with %j is to %s; by a verdict: %s', (mode, more, ask, verdict) => {
    const [item] = toBlock(reply('a', [task(1, more)]), 0).items
    expect([toAsk({ mode }, item!), isVerdict(toAsk({ mode }, item!), { mode })]).toEqual([ask, verdict])
  })
})

describe('an answer', () => {
  const item = { task: task(7) }
  const sent = { submitId: 'submit-1', activeMilliseconds: 1234.6 }

  it('has the ticket of its task, its boxes as drawn, and how each was drawn', () => {
    expect(toAnswerRequest(item, { answer: 'boxes', boxes: [BOX], comment: '' }, sent)).toEqual({
      ticket: 'ticket-7',
      submitId: 'submit-1',
      answer: 'boxes',
      boxes: [BOX],
      activeMilliseconds: 1235,
    })
  })

  it('that is no label has no boxes, and names the answer that it replaces', () => {
    const given = { answer: 'boxes' as const, boxes: [BOX], submitId: 'before' }
    const request = toAnswerRequest({ ...item, given }, { answer: 'declined', boxes: [BOX], comment: 'Blurred' }, sent)
    expect(request).toMatchObject({ answer: 'declined', replaces: 'before', comment: 'Blurred' })
    expect(request).not.toHaveProperty('boxes')
  })

  it('is the same as one before if its boxes are, however they were drawn', () => {
    const given = { answer: 'boxes' as const, boxes: [BOX] }
    const wish = { answer: 'boxes' as const, comment: '' }
    expect(isSameAnswer(given, { ...wish, boxes: [{ ...BOX, how: 'keys' }] })).toBe(true)
    expect(isSameAnswer(given, { ...wish, boxes: [{ ...BOX, left: 1.5 }] })).toBe(false)
    expect(isSameAnswer(given, { ...wish, boxes: [BOX], comment: 'New' })).toBe(false)
    expect(isSameAnswer(undefined, { ...wish, boxes: [BOX] })).toBe(false)
  })
})

describe('a task', () => {
  const known = { boxes: [{ className: 'Dog', left: 5, top: 5, width: 5, height: 5 }] }
  const [item] = toBlock(reply('a', [task(1, known)]), 0).items

  it('begins with its draft, else its answer, else the boxes that it has', () => {
    const draft = { boxes: [BOX, BOX], className: 'Cat', comment: '' }
    const given = { answer: 'boxes' as const, boxes: [BOX] }
    const lefts = [
      startTask(JOB, { ...item!, given }, draft, undefined),
      startTask(JOB, { ...item!, given }, undefined, undefined),
      startTask(JOB, item!, undefined, undefined),
    ]
    expect(lefts.map(({ boxes }) => boxes.map(({ left }) => left))).toEqual([[1, 1], [1], [5]])
  })

  it('keeps the class, the way of clicking and the copied box of the one before', () => {
    const before = {
      ...startDrawing({ image: { width: 9, height: 9 }, classNames: ['Dog', 'Cat'] }),
      className: 'Cat',
      clickStyle: 'extremes' as const,
      copied: { ...BOX, id: 4 },
    }
    expect(startTask(JOB, item!, undefined, before)).toMatchObject({
      className: 'Cat',
      clickStyle: 'extremes',
      copied: { id: 4 },
    })
  })

  it('can only be looked at where a verdict is asked for', () => {
    expect(startTask({ ...JOB, mode: 'verify' }, item!, undefined, undefined).isReadOnly).toBe(true)
  })
})

describe('the active time', () => {
  it('leaves out pauses, in which nobody was there', () => {
    const moments = [1000, 3000, 63_000, 64_000]
    expect(moments.reduce(withActivity, { total: 0, lastAt: 0 }).total).toBe(4000)
  })
})

describe('a percentile', () => {
  it('is the value that so many do not exceed', () => {
    const values = Array.from({ length: 20 }, (_, index) => 20 - index)
    expect([percentile(values, 0.95), percentile(values, 0.5), percentile([7], 0.95), percentile([], 0.95)]).toEqual([
      19,
      10,
      7,
      undefined,
    ])
  })
})
