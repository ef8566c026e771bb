import { describe, expect, it } from '@jest/globals'
import { consolidate, drawn, plain, square } from '../../../support/fixtures/opinions.ts'

const GOOD_AND_BAD = new Map([
  ['a', 0.9],
  ['b', 0.1],
  ['c', 0.1],
])

const consolidatedBoxes = (...given: Parameters<typeof consolidate>) => consolidate(...given).boxes

describe('boxes of several workers', () => {
  it('are one object when they overlap by 0.4 or more on average', () => {
    // Squares that are 42 pixels apart overlap by 0.41, with 43 pixels by 0.399.
    expect(consolidatedBoxes(drawn([square(0)], [square(42)]))).toHaveLength(1)
    expect(consolidatedBoxes(drawn([square(0)], [square(43)]))).toHaveLength(2)
  })

  it('are joined from the most similar ones on, whoever drew them', () => {
    const opinions = drawn([square(0)], [square(42)], [square(47)])
    expect(consolidatedBoxes(opinions).map(({ workers }) => workers)).toEqual([['b', 'c']])
  })

  it('are joined by the mean of all pairs, so that a chain of neighbors is not one object', () => {
    const opinions = drawn([square(0)], [square(29)], [square(60)])
    expect(consolidatedBoxes(opinions).map(({ workers }) => workers)).toEqual([['a', 'b']])
  })

  it('are joined by the smallest worker id first when they are equally similar', () => {
    const [left, middle, right] = [square(0), square(30), square(60)]
    expect(consolidatedBoxes(drawn([middle], [left], [right]))).toMatchObject([{ workers: ['a', 'b'], left: 15 }])
    expect(consolidatedBoxes(drawn([middle], [right], [left]))).toMatchObject([{ workers: ['a', 'b'], left: 45 }])
  })

  it('are two objects when one worker drew both, however much they overlap', () => {
    const boxes = consolidatedBoxes(drawn([square(0), square(4)], [square(0), square(4)]))
    expect(boxes.map(plain)).toEqual([square(0), square(4)])
  })

  it('are one object in dispute when some call it a dog and others a wolf', () => {
    const { boxes, disputes } = consolidate(drawn([square(0, 'Dog')], [square(0, 'Wolf')]))
    expect(boxes).toMatchObject([{ className: 'Dog', workers: ['a', 'b'] }])
    expect(disputes).toEqual([{ because: 'class', box: boxes[0], share: 0.5 }])
  })

  it('are joined from another overlap on when the settings say so', () => {
    const opinions = drawn([square(0)], [square(30)])
    expect(consolidatedBoxes(opinions, new Map(), { minOverlap: 0.6 })).toHaveLength(2)
  })
})

describe('a box', () => {
  it('is kept when half of the workers drew it', () => {
    expect(consolidatedBoxes(drawn([square(0)], []))).toHaveLength(1)
    expect(consolidatedBoxes(drawn([square(0)], [square(0)], [square(0)], [], [], []))).toHaveLength(1)
  })

  it('is a dispute and no part of the label when fewer drew it', () => {
    const { boxes, disputes } = consolidate(drawn([square(0), square(300)], [square(0)], [square(0)]))
    expect(boxes.map(plain)).toEqual([square(0)])
    expect(disputes).toMatchObject([
      { because: 'few-votes', box: { ...square(300), workers: ['a'], confidence: 0.33 } },
    ])
    expect(disputes[0]?.share).toBeCloseTo(1 / 3)
  })

  it('is outvoted by workers who drew nothing', () => {
    expect(consolidatedBoxes(drawn([square(0)], [], []))).toEqual([])
  })

  it('is kept when one worker drew it whose opinion counts more than those of all others', () => {
    expect(consolidatedBoxes(drawn([square(0)], [], []), GOOD_AND_BAD)).toMatchObject([{ confidence: 0.82 }])
    expect(consolidatedBoxes(drawn([], [square(0)], [square(0)]), GOOD_AND_BAD)).toEqual([])
  })

  it('needs as many votes as the settings say', () => {
    const opinions = drawn([square(0)], [square(0)], [])
    expect(consolidatedBoxes(opinions, new Map(), { quorum: 0.7 })).toEqual([])
    expect(consolidatedBoxes(opinions, new Map(), { quorum: 2 / 3 })).toHaveLength(1)
  })

  it('is no dispute when only workers drew it who agree with others by half at most', () => {
    const disputesOf = (skill: number) => {
      const skills = new Map([
        ['a', skill],
        ['b', 0.06],
      ])
      return consolidate(drawn([square(0)], [square(0)], [], []), skills).disputes
    }
    expect(disputesOf(0.0625)).toEqual([])
    expect(disputesOf(0.07)).toHaveLength(1)
  })

  it('of a worker of whom nothing is known counts as one with a mean score of 0.8', () => {
    const opinions = drawn([square(0)], [])
    const isKept = (skill: number): boolean => consolidatedBoxes(opinions, new Map([['b', skill]])).length > 0
    expect(isKept(0.8 ** 4)).toBe(true)
    expect(isKept(0.8 ** 4 + 0.001)).toBe(false)
  })
})

describe('the class of a box', () => {
  const opinions = drawn([square(0, 'Wolf')], [square(0, 'Dog')], [square(0, 'Dog')])

  it('is that of most workers, whose votes are kept beside it', () => {
    const [box] = consolidatedBoxes(opinions)
    expect(box?.className).toBe('Dog')
    expect(box?.classVotes).toEqual({ Wolf: expect.closeTo(1 / 3), Dog: expect.closeTo(2 / 3) })
  })

  it('is that of the workers whose opinions count most', () => {
    expect(consolidatedBoxes(opinions, GOOD_AND_BAD)).toMatchObject([{ className: 'Wolf' }])
  })

  it('is no dispute when it leads by a third of the votes, and is one when it leads by less', () => {
    expect(consolidate(opinions).disputes).toEqual([])
    const fifth = drawn(...opinions.map(({ boxes }) => boxes), [square(0, 'Dog')], [square(0, 'Wolf')])
    expect(consolidate(fifth).disputes).toMatchObject([
      { because: 'class', share: expect.closeTo(0.6), box: { className: 'Dog' } },
    ])
  })

  it('is that of the smallest worker id when votes are equal, whatever the order of the answers', () => {
    const two = drawn([square(0, 'Wolf')], [square(0, 'Dog')])
    expect(consolidatedBoxes(two)).toMatchObject([{ className: 'Wolf' }])
    expect(consolidatedBoxes(two.toReversed())).toMatchObject([{ className: 'Wolf' }])
  })

  it('comes without votes when all agree', () => {
    const [box] = consolidatedBoxes(drawn([square(0)], [square(1)]))
    expect(box).not.toHaveProperty('classVotes')
  })

  it('is no dispute of its own where the box is below the quorum', () => {
    const others: readonly [][] = [[], [], []]
    const { disputes } = consolidate(drawn([square(0, 'Dog')], [square(0, 'Wolf')], ...others))
    expect(disputes.map(({ because }) => because)).toEqual(['few-votes'])
  })
})

describe('the edges of a box', () => {
  it('are the means of what workers drew who are close to each other, not rounded', () => {
    expect(consolidatedBoxes(drawn([square(10)], [square(11)], [square(12.5)]))).toMatchObject([square(33.5 / 3)])
  })

  it('are nearer to what skilled workers drew', () => {
    const skills = new Map([
      ['a', 0.75],
      ['b', 0.25],
    ])
    expect(consolidatedBoxes(drawn([square(10)], [square(14)]), skills)).toMatchObject([{ left: 11 }])
  })

  it('are the medians of each edge where workers are not close, which one bad box does not move', () => {
    const boxes = [square(10), square(12), { ...square(40), width: 90 }]
    expect(consolidatedBoxes(drawn(...boxes.map((box) => [box])))).toMatchObject([square(12)])
  })

  it('are those of a skilled worker where workers are not close and this one counts more than all others', () => {
    const opinions = drawn([square(10)], [square(30)], [square(40)])
    expect(consolidatedBoxes(opinions, GOOD_AND_BAD)).toMatchObject([square(10)])
  })

  it('are in the middle between two workers who are not close and count the same', () => {
    expect(consolidatedBoxes(drawn([square(10)], [square(30)]))).toMatchObject([square(20)])
  })

  it('have a spread that says how far workers are apart, and none for a single box', () => {
    const [box, single] = consolidatedBoxes(drawn([square(10), square(300)], [{ ...square(14), width: 96 }]))
    expect(box?.spread).toEqual({ left: 2 / 98, top: 0, right: 0, bottom: 0 })
    expect(single?.spread).toEqual({ left: 0, top: 0, right: 0, bottom: 0 })
  })
})

describe('the confidence of a box', () => {
  it('is less the less the workers agree', () => {
    const confidence = (moved: number) => consolidatedBoxes(drawn([square(10)], [square(10 + moved)]))[0]?.confidence
    expect([0, 5, 20].map(confidence)).toEqual([1, 0.95, 0.82])
  })

  it('is the share of the workers who drew it where their boxes are the same', () => {
    expect(consolidatedBoxes(drawn([square(10)], [square(10)], []))).toMatchObject([{ confidence: 0.67 }])
  })

  it('is 0.09 for the boxes of a single worker, as in the manifests of SageMaker', () => {
    expect(consolidatedBoxes(drawn([square(10)]))).toMatchObject([{ confidence: 0.09, workers: ['a'] }])
  })

  it('hardly falls when a worker of little skill draws a bad box around the object', () => {
    const skills = new Map([['c', 0.02]])
    const confidence = (...bad: readonly ReturnType<typeof square>[]) =>
      consolidatedBoxes(drawn([square(10)], [square(10)], bad), skills)[0]?.confidence
    expect(confidence()).toBe(0.98)
    expect(confidence(square(40))).toBeGreaterThanOrEqual(0.98)
  })
})
