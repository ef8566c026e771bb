import { describe, expect, it } from '@jest/globals'
import { describeGesture } from '../../../../web/label/drawing/describe-gesture.ts'
import { explainPlace } from '../../../../web/label/view/explain.ts'
import type { Block } from '../../../../web/label/work/block.ts'
import { createHand } from '../drawing/hand.ts'

const at = (x: number, y: number) => ({ x, y })

/** A block of images of which some are answered. */
const blockOf = (...answered: readonly boolean[]): Block => ({
  name: 'block',
  isPractice: false,
  until: 0,
  hints: [],
  items: answered.map((isAnswered, index) => ({
    task: { line: index + 1 } as Block['items'][number]['task'],
    isAnswered,
    ...(isAnswered && { given: { answer: 'empty' as const, boxes: [] } }),
  })),
})

describe('the hint below the image', () => {
  it('says of the last open image, and of no other, that no answer can be changed after it', () => {
    expect(explainPlace(blockOf(true, false, true), 1)).toBeDefined()
    expect(explainPlace(blockOf(false, false, true), 1)).toBeUndefined()
    expect(explainPlace({ ...blockOf(true, false), isPractice: true }, 1)).toBeUndefined()
  })

  it('says what was answered', () => {
    expect(explainPlace(blockOf(true, false), 0)).toBeDefined()
  })

  it('says how to go on after a click, a point or a side, and nothing during a drag', () => {
    const hints = [
      (hand: ReturnType<typeof createHand>) => hand.click(at(100, 100)),
      (hand: ReturnType<typeof createHand>) => {
        hand.press('e')
        hand.click(at(100, 100))
      },
      (hand: ReturnType<typeof createHand>) => {
        hand.move(at(100, 100))
        hand.press('w')
      },
      (hand: ReturnType<typeof createHand>) => {
        hand.down(at(100, 100))
        hand.move(at(150, 150))
      },
    ].map((begin) => {
      const hand = createHand()
      begin(hand)
      return describeGesture(hand.drawing()) !== undefined
    })
    expect(hints).toEqual([true, true, true, false])
  })
})
