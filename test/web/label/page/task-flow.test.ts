import { beforeEach, describe, expect, it } from '@jest/globals'
import {
  answer,
  answerDrawn,
  answerEmpty,
  chooseClass,
  draw,
  goTo,
  setComment,
  step,
} from '../../../../web/label/page/task-flow.ts'
import { type OpenPage, openPage } from './open-page.ts'

let page: OpenPage
beforeEach(async () => {
  page = await openPage()
})

const said = () => page.sent.map(({ line, body }) => [line, body.answer, body.boxes?.length ?? 0])

describe('an answer', () => {
  it('is sent with what is drawn, and the next image is shown', async () => {
    page.drawBox()
    await answerDrawn(page.context)
    expect(page.context.state.index).toBe(1)
    await page.drained()
    expect(said()).toEqual([[1, 'boxes', 1]])
  })

  it('is not given without a box, nor that there is nothing while there is one', async () => {
    await answerDrawn(page.context)
    page.drawBox()
    await answerEmpty(page.context)
    expect(page.context.state).toMatchObject({ index: 0, notice: { offer: { command: { do: 'remove-all' } } } })
    expect(page.sent).toEqual([])
  })

  it.each(['cannot-tell', 'bad-image', 'declined'] as const)(
    'drops what is drawn only when it is chosen twice: %s',
    async (given) => {
      page.drawBox()
      await answer(page.context, given)
      expect(page.context.state).toMatchObject({ index: 0, notice: { confirms: given } })
      await answer(page.context, given)
      await page.drained()
      expect(said()).toEqual([[1, given, 0]])
    },
  )

  it('that was asked for twice is asked for again once another was chosen, or something was drawn', async () => {
    page.drawBox()
    await answer(page.context, 'bad-image')
    await answer(page.context, 'cannot-tell')
    page.drawBox()
    await answer(page.context, 'cannot-tell')
    expect(page.sent).toEqual([])
  })

  it('needs no second time where nothing is drawn', async () => {
    await answer(page.context, 'cannot-tell')
    await page.drained()
    expect(said()).toEqual([[1, 'cannot-tell', 0]])
  })
})

describe('an image that is answered', () => {
  it('is saved again when it was changed and another one is shown', async () => {
    page.drawBox()
    await answerDrawn(page.context)
    step(page.context, -1)
    page.drawBox()
    goTo(page.context, 2)
    expect(page.context.state.index).toBe(2)
    await page.drained()
    expect(said().at(-1)).toEqual([1, 'boxes', 2])
    expect(page.context.state.block?.items[0]?.given?.boxes).toHaveLength(2)
  })

  it('is saved again when only its remark was changed', async () => {
    page.drawBox()
    await answerDrawn(page.context)
    step(page.context, -1)
    setComment(page.context, 'half hidden')
    step(page.context, 1)
    await page.drained()
    expect(page.sent.at(-1)?.body).toMatchObject({ answer: 'boxes', comment: 'half hidden' })
  })

  it('is not sent again when nothing was changed', async () => {
    page.drawBox()
    await answerDrawn(page.context)
    step(page.context, -1)
    step(page.context, 1)
    await page.drained()
    expect(page.sent).toHaveLength(1)
  })

  it('keeps its boxes when all were removed and nothing else was answered', async () => {
    page.drawBox()
    await answerDrawn(page.context)
    step(page.context, -1)
    draw(page.context, { type: 'command', do: 'remove-all' })
    step(page.context, 1)
    await page.drained()
    expect(page.sent).toHaveLength(1)
    expect(page.context.state.notice).toMatchObject({ kind: 'warn' })
  })
})

describe('what is drawn and not answered', () => {
  it('is there again when its image is shown again', () => {
    page.drawBox()
    goTo(page.context, 2)
    expect(page.context.state.drawing?.boxes).toEqual([])
    goTo(page.context, 0)
    expect(page.context.state.drawing?.boxes).toHaveLength(1)
    expect(page.sent).toEqual([])
  })
})

describe('a class that is pointed at', () => {
  const drag = () => {
    const pointer = { pointerId: 1, pointerType: 'mouse', button: 0, isAlt: false } as const
    draw(page.context, { type: 'down', at: { x: 300, y: 300 }, ...pointer })
    draw(page.context, { type: 'move', at: { x: 500, y: 500 }, ...pointer })
    draw(page.context, { type: 'up', at: { x: 500, y: 500 }, ...pointer })
  }
  const classNames = () => page.context.state.drawing?.boxes.map(({ className }) => className)

  it('is that of the next box, and is offered to the one that was drawn just now', () => {
    drag()
    chooseClass(page.context, 'Cat')
    expect(classNames()).toEqual(['Dog'])
    const { notice } = page.context.state
    draw(page.context, { type: 'command', ...notice!.offer!.command })
    expect(classNames()).toEqual(['Cat'])
  })

  it('is that of a selected box at once', () => {
    drag()
    draw(page.context, { type: 'command', do: 'select', id: 1 })
    chooseClass(page.context, 'Cat')
    expect(classNames()).toEqual(['Cat'])
    expect(page.context.state.notice).toBeUndefined()
  })
})
