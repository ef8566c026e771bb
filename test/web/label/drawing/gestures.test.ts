import { describe, expect, it } from '@jest/globals'
import { createHand } from './hand.ts'

const at = (x: number, y: number) => ({ x, y })

describe.each([0.3, 1, 8])('drawing at scale %d', (scale) => {
  it.each([
    [at(100.25, 80.5), at(140.75, 120)],
    [at(140.75, 120), at(100.25, 80.5)],
    [at(100.25, 120), at(140.75, 80.5)],
    [at(140.75, 80.5), at(100.25, 120)],
  ])('drags a box from %j to %j, not rounded', (from, to) => {
    const hand = createHand(scale)
    hand.drag(from, to)
    const [[left, top, width, height] = []] = hand.boxes()
    expect(left).toBeCloseTo(100.25, 9)
    expect(top).toBeCloseTo(80.5, 9)
    expect(width).toBeCloseTo(40.5, 9)
    expect(height).toBeCloseTo(39.5, 9)
  })

  it('draws a box with two clicks', () => {
    const hand = createHand(scale)
    hand.click(at(300, 200))
    expect(hand.boxes()).toEqual([])
    hand.click(at(200, 260))
    const [[left, top, width, height] = []] = hand.boxes()
    for (const [got, wanted] of [
      [left, 200],
      [top, 200],
      [width, 100],
      [height, 60],
    ])
      expect(got).toBeCloseTo(wanted!, 9)
  })
})

describe('four extreme points', () => {
  const points = [at(300, 100), at(250, 160), at(340, 180), at(290, 220)]

  it.each([
    [0, 1, 2, 3],
    [3, 1, 0, 2],
    [2, 0, 3, 1],
  ])('make the box around them in the order %d, %d, %d, %d', (...order) => {
    const hand = createHand()
    hand.press('e')
    for (const index of order) hand.click(points[index]!)
    expect(hand.boxes()).toEqual([[250, 100, 90, 120]])
  })

  it('can be taken back one by one', () => {
    const hand = createHand()
    hand.press('e')
    hand.click(points[0]!)
    hand.click(at(900, 700))
    hand.press('Backspace')
    for (const point of points.slice(1)) hand.click(point)
    expect(hand.boxes()).toEqual([[250, 100, 90, 120]])
  })
})

describe('sides at the pointer', () => {
  it('make a box in any order', () => {
    const hand = createHand()
    for (const [key, place] of [
      ['d', at(400, 1)],
      ['w', at(2, 100)],
      ['a', at(200, 3)],
      ['s', at(4, 300)],
    ] as const) {
      hand.move(place)
      hand.press(key)
    }
    expect(hand.boxes()).toEqual([[200, 100, 200, 200]])
  })
})

describe('a box drawn by keys', () => {
  it('is moved and sized by arrows', () => {
    const hand = createHand()
    hand.press('b')
    const [[left, top, width, height] = []] = hand.boxes()
    hand.press('ArrowRight', 'Shift+ArrowDown', 'Alt+ArrowRight', 'Control+ArrowDown')
    expect(hand.boxes()).toEqual([[left! + 1, top! + 11, width! + 1, height! - 1]])
  })
})

describe('a new box', () => {
  it('is cut to the image', () => {
    const hand = createHand()
    hand.drag(at(-60, -20), at(50, 40))
    hand.drag(at(950, 780), at(1050, 830))
    expect(hand.boxes()).toEqual([
      [0, 0, 50, 40],
      [950, 780, 50, 20],
    ])
  })

  it('is not made by a slip of the hand', () => {
    const hand = createHand()
    hand.click(at(100, 100))
    hand.click(at(101, 101))
    expect([hand.boxes(), hand.drawing().gesture.kind]).toEqual([[], 'none'])
  })

  it('can lie inside of another, and begin at the side of one that is not selected', () => {
    const hand = createHand()
    hand.drag(at(100, 100), at(500, 500))
    hand.drag(at(200, 200), at(300, 300))
    hand.drag(at(500, 300), at(600, 400))
    expect(hand.boxes()).toHaveLength(3)
  })

  it('is drawn by a drag although a click before has begun another', () => {
    const hand = createHand()
    hand.click(at(100, 100))
    hand.drag(at(300, 300), at(400, 360))
    expect(hand.boxes()).toEqual([[300, 300, 100, 60]])
  })

  it('ends where a finger that looks for the second corner is lifted', () => {
    const hand = createHand()
    hand.down(at(300, 300), { touch: true })
    hand.up(at(300, 300), { touch: true })
    hand.drag(at(390, 350), at(400, 360), { touch: true })
    expect(hand.boxes()).toEqual([[300, 300, 100, 60]])
  })

  it('ends when another finger comes: two zoom', () => {
    const hand = createHand()
    hand.down(at(300, 300), { touch: true, id: 1 })
    hand.move(at(350, 350), { touch: true, id: 1 })
    hand.down(at(500, 300), { touch: true, id: 2 })
    const before = hand.drawing().viewport.scale
    hand.move(at(700, 300), { touch: true, id: 2 })
    hand.up(at(700, 300), { touch: true, id: 2 })
    hand.up(at(350, 350), { touch: true, id: 1 })
    expect(hand.boxes()).toEqual([])
    expect(hand.drawing().viewport.scale).toBeGreaterThan(before)
  })

  it('is given up with Escape', () => {
    const hand = createHand()
    hand.click(at(100, 100))
    hand.press('Escape')
    hand.click(at(300, 300))
    expect([hand.boxes(), hand.drawing().gesture.kind]).toEqual([[], 'corners'])
  })

  it('is one of 500 at most', () => {
    const boxes = Array.from({ length: 500 }, () => ({
      className: 'Dog',
      left: 1,
      top: 1,
      width: 9,
      height: 9,
      how: 'kept' as const,
    }))
    const hand = createHand(1, { boxes })
    hand.drag(at(100, 100), at(200, 200))
    expect(hand.boxes()).toHaveLength(500)
  })
})
