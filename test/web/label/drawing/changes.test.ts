import { describe, expect, it } from '@jest/globals'
import { toCursor } from '../../../../web/label/drawing/cursor.ts'
import { toScreen } from '../../../../web/label/drawing/viewport.ts'
import { createHand, type Hand } from './hand.ts'

const at = (x: number, y: number) => ({ x, y })
const withBox = (scale = 1): Hand => {
  const hand = createHand(scale)
  hand.drag(at(200, 200), at(400, 300))
  return hand
}

describe('the selected box', () => {
  it.each([
    ['a side', at(400, 250), at(450, 260), [200, 200, 250, 100]],
    ['a corner', at(200, 200), at(150, 180), [150, 180, 250, 120]],
    ['its number, which moves it', at(205, 190), at(215, 210), [210, 220, 200, 100]],
  ])('changes by dragging %s', (_, from, to, expected) => {
    const hand = withBox()
    hand.drag(from, to)
    expect(hand.boxes()).toEqual([expected])
  })

  it.each([
    ['a side', at(400, 250), at(450, 260), [200, 200, 250, 100]],
    ['a corner', at(200, 200), at(150, 180), [150, 180, 250, 120]],
    ['its number', at(205, 190), at(215, 210), [210, 220, 200, 100]],
  ])('changes by clicks on %s and on its new place', (_, from, to, expected) => {
    const hand = withBox()
    hand.click(from)
    hand.click(to)
    expect(hand.boxes()).toEqual([expected])
  })

  it('moves with Alt, wherever it is pressed', () => {
    const hand = withBox()
    hand.drag(at(300, 250), at(320, 240), { alt: true })
    expect(hand.boxes()).toEqual([[220, 190, 200, 100]])
  })

  it('stays in the image, and never turns inside out', () => {
    const hand = withBox()
    hand.drag(at(300, 250), at(2000, 2000), { alt: true })
    expect(hand.boxes()).toEqual([[800, 700, 200, 100]])
    hand.drag(at(800, 750), at(1500, 750))
    expect(hand.boxes()).toEqual([[997, 700, 3, 100]])
  })

  it('may stay as small as it was drawn when more of it is seen', () => {
    const hand = withBox()
    hand.command({ do: 'zoom', factor: 1 / 50, at: at(0, 0) })
    const { scale } = hand.drawing().viewport
    hand.drag(at(200, 250), at(2000, 250))
    expect(hand.boxes()[0]![2]).toBeCloseTo(Math.min(100, 3 / scale), 6)
  })

  it('does not change while it is locked', () => {
    const hand = withBox()
    hand.press('l', 'ArrowLeft', 'Delete')
    hand.drag(at(300, 250), at(320, 240), { alt: true })
    expect(hand.boxes()[0]).toEqual([200, 200, 200, 100])
    hand.press('l', 'Delete')
    expect(hand.drawing().boxes.filter(({ left }) => left === 200)).toEqual([])
  })

  it('can be copied to the pointer, also on a later image', () => {
    const hand = withBox()
    hand.press('c')
    hand.move(at(600, 500))
    hand.press('v')
    expect(hand.boxes()[1]).toEqual([500, 450, 200, 100])
    const next = createHand(1, { copied: hand.drawing().copied })
    next.press('v')
    expect(next.drawing().boxes).toMatchObject([{ className: 'Dog', width: 200, height: 100, how: 'copied' }])
  })
})

describe('a box that was only drawn just now', () => {
  it.each([
    ['at its side', at(400, 275), at(480, 340)],
    ['some pixels beside it', at(405, 275), at(480, 340)],
  ])('stays as it is when the next one begins %s', (_, from, to) => {
    const hand = withBox()
    hand.drag(from, to)
    expect(hand.boxes()).toEqual([
      [200, 200, 200, 100],
      [from.x, from.y, to.x - from.x, to.y - from.y],
    ])
  })

  it('can be taken hold of at each side once it was clicked on', () => {
    const hand = withBox()
    hand.click(at(400, 275))
    hand.drag(at(400, 275), at(450, 275))
    expect(hand.boxes()).toEqual([[200, 200, 250, 100]])
  })

  it('leaves more room to the next one for a finger than its sides react to', () => {
    const hand = withBox()
    hand.drag(at(418, 270), at(500, 340), { touch: true })
    expect(hand.boxes()).toHaveLength(2)
  })
})

describe('the cursor', () => {
  it.each([
    ['on the image', at(600, 600), 'draw'],
    ['inside of the box', at(300, 250), 'draw'],
    ['on its number', at(205, 190), 'move'],
    ['on its right side', at(400, 250), 'ew'],
    ['on its upper side', at(300, 200), 'ns'],
    ['on its first corner', at(200, 200), 'nwse'],
    ['on its lower left corner', at(200, 300), 'nesw'],
    ['on a side between two handles', at(400, 275), 'select'],
  ])('%s tells what a press does', (_, place, cursor) => {
    const hand = withBox()
    hand.move(place)
    expect(toCursor(hand.drawing())).toBe(cursor)
  })

  it('is a hand while the hand is on', () => {
    const hand = withBox()
    hand.command({ do: 'hand' })
    hand.move(at(300, 250))
    expect(toCursor(hand.drawing())).toBe('hand')
  })
})

describe('selecting', () => {
  const three = (): Hand => {
    const hand = createHand()
    hand.drag(at(500, 100), at(700, 300))
    hand.drag(at(100, 110), at(300, 290))
    hand.drag(at(150, 500), at(250, 600))
    hand.press('Escape')
    return hand
  }
  const selected = (hand: Hand) => hand.drawing().boxes.find(({ id }) => id === hand.drawing().selected)?.left

  it('goes from box to box as one reads', () => {
    const hand = three()
    const order = [1, 2, 3, 4].map(() => {
      hand.command({ do: 'select-next', step: 1 })
      return selected(hand)
    })
    expect(order).toEqual([100, 500, 150, 100])
  })

  it.each([
    ['side', at(500, 200)],
    ['number', at(510, 90)],
  ])('takes a click on a %s', (_, place) => {
    const hand = three()
    hand.click(place)
    expect(selected(hand)).toBe(500)
    expect(hand.boxes()).toHaveLength(3)
  })

  it('takes two clicks on one place inside, and draws nothing', () => {
    const hand = three()
    for (const _ of [1, 2]) hand.click(at(600, 200))
    expect(selected(hand)).toBe(500)
    expect(hand.boxes()).toHaveLength(3)
  })

  it('reaches what lies beneath', () => {
    const hand = createHand()
    hand.drag(at(100, 100), at(400, 400))
    hand.drag(at(150, 150), at(350, 350))
    hand.press('Escape')
    hand.move(at(250, 250))
    hand.press('g')
    expect(selected(hand)).toBe(150)
    hand.press('g')
    expect(selected(hand)).toBe(100)
  })
})

describe('classes', () => {
  const names = (hand: Hand) => hand.drawing().boxes.map(({ className }) => className)

  it('stay for the next box', () => {
    const hand = createHand()
    hand.press('2')
    hand.drag(at(100, 100), at(200, 200))
    hand.drag(at(300, 100), at(400, 200))
    expect(names(hand)).toEqual(['Cat', 'Cat'])
  })

  it('are those of the next box after drawing, and of a box that was selected', () => {
    const hand = withBox()
    hand.press('2')
    expect(names(hand)).toEqual(['Dog'])
    hand.press('Escape')
    hand.command({ do: 'select-next', step: 1 })
    hand.press('3')
    expect(names(hand)).toEqual(['Bird'])
  })

  it('change the box just drawn with Shift', () => {
    const hand = withBox()
    hand.press('Shift+2')
    expect(names(hand)).toEqual(['Cat'])
  })
})

describe('undo', () => {
  it('goes back step by step, and redo forward again', () => {
    const hand = withBox()
    hand.drag(at(400, 250), at(450, 260))
    hand.press('Delete', 'Control+z')
    expect(hand.boxes()).toEqual([[200, 200, 250, 100]])
    hand.press('Control+z')
    expect(hand.boxes()).toEqual([[200, 200, 200, 100]])
    hand.press('Control+z')
    expect(hand.boxes()).toEqual([])
    hand.press('Control+y', 'Control+y', 'Control+Shift+z')
    expect(hand.boxes()).toEqual([])
    hand.press('Control+z')
    expect(hand.boxes()).toEqual([[200, 200, 250, 100]])
  })

  it.each([
    ['a lock', ['l']],
    ['a class', ['Shift+3']],
    ['a copy', ['c', 'v']],
    ['a removal', ['Delete']],
    ['the removal of all', ['Shift+Delete']],
    ['a side moved by keys', ['Alt+ArrowLeft']],
    ['a new box', ['b']],
  ])('takes back %s, and redo makes it again', (_, keys) => {
    const hand = withBox()
    const before = hand.drawing().boxes
    hand.press(...keys)
    const after = hand.drawing().boxes
    expect(after).not.toEqual(before)
    hand.press('Control+z')
    expect(hand.drawing().boxes).toEqual(before)
    hand.press('Control+y')
    expect(hand.drawing().boxes).toEqual(after)
  })

  it('takes steps of one arrow key together', () => {
    const hand = withBox()
    hand.press('ArrowLeft', 'ArrowLeft', 'ArrowUp', 'Control+z')
    expect(hand.boxes()).toEqual([[200, 200, 200, 100]])
  })

  it('first gives up what was begun', () => {
    const hand = withBox()
    hand.click(at(600, 600))
    hand.press('Control+z')
    expect([hand.boxes().length, hand.drawing().gesture.kind]).toEqual([1, 'none'])
  })
})

describe('looking', () => {
  it('zooms at the pointer: what is under it stays there', () => {
    const hand = createHand()
    const place = at(333, 222)
    const before = toScreen(hand.drawing().viewport, place)
    hand.send({ type: 'wheel', at: before, by: at(0, -300), isZoom: true })
    const after = toScreen(hand.drawing().viewport, place)
    expect(hand.drawing().viewport.scale).toBeGreaterThan(1.5)
    expect([after.x, after.y].map((value) => value.toFixed(6))).toEqual(
      [before.x, before.y].map((value) => value.toFixed(6)),
    )
  })

  it('moves the image with the hand: by a drag, or by a click on what is to be in the middle', () => {
    const hand = createHand()
    hand.command({ do: 'hand' })
    hand.down(at(300, 300))
    hand.move(at(350, 280))
    hand.up(at(350, 280))
    expect(hand.drawing().viewport).toMatchObject({ x: 150, y: 30 })
    hand.click(at(450, 520))
    expect(toScreen(hand.drawing().viewport, at(450, 520))).toEqual(at(600, 450))
    expect(hand.boxes()).toEqual([])
  })

  it('moves the image with arrows while no box is selected', () => {
    const hand = createHand()
    hand.press('ArrowLeft')
    expect(hand.drawing().viewport.x).toBeGreaterThan(100)
  })

  it('fits the image again when the surface changes, unless somebody has zoomed', () => {
    const hand = createHand()
    hand.press('f')
    const { scale } = hand.drawing().viewport
    hand.send({ type: 'resize', surface: { width: 600, height: 450 } })
    expect(hand.drawing().viewport.scale).toBeLessThan(scale)
    hand.press('+')
    const zoomed = hand.drawing().viewport.scale
    hand.send({ type: 'resize', surface: { width: 1200, height: 900 } })
    expect(hand.drawing().viewport.scale).toBe(zoomed)
  })

  it('changes no box of a drawing that can only be looked at', () => {
    const boxes = [{ className: 'Dog', left: 100, top: 100, width: 50, height: 50, how: 'kept' as const }]
    const hand = createHand(1, { boxes, isReadOnly: true })
    hand.drag(at(300, 300), at(400, 400))
    hand.press('b', 'Shift+Delete')
    hand.command({ do: 'select-next', step: 1 })
    hand.press('ArrowLeft', 'Delete')
    expect(hand.boxes()).toEqual([[100, 100, 50, 50]])
  })
})
