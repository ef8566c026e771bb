import { describe, expect, it } from '@jest/globals'
import {
  type Annotation,
  describeDispute,
  describeOrigin,
  describeOutcome,
  isDisputed,
  toResultPicture,
} from '../../../web/app/jobs/annotation.ts'
import { countNames, numberClasses, pictureByKey, toLook } from '../../../web/app/pictures/picture.ts'

const corners = { left: 1, top: 2, width: 3, height: 4 }
const labeled = (other: Partial<Annotation> = {}): Annotation => ({
  line: 7,
  outcome: 'labeled',
  boxes: [{ ...corners, className: 'Tire', classIndex: 0 }],
  imageSize: { width: 100, height: 50 },
  link: 'https://bucket/7',
  ...other,
})
const dispute = { ...corners, because: 'class', share: 0.6, className: 'Person' }

describe('results', () => {
  it('a result is drawn with its boxes, and boxes in dispute are marked', () => {
    expect(toResultPicture(labeled({ disputes: [dispute] }), numberClasses(['Tire', 'Person']))).toMatchObject({
      size: { width: 100, height: 50 },
      boxes: [
        { ...corners, classNumber: 1 },
        { ...corners, classNumber: 2, isDoubtful: true },
      ],
      alt: 'Result: 1 Tire',
    })
  })

  it('each outcome is said in words', () => {
    expect(describeOutcome(labeled())).toBe('1 Tire')
    expect(describeOutcome(labeled({ boxes: [] }))).toBe('none of the objects')
    expect(describeOutcome({ line: 1, outcome: 'verified', verdict: 'correct' })).toBe('verdict correct')
    expect(describeOutcome({ line: 1, outcome: 'failed', reason: 'expired' })).toBe('failed: expired')
    expect(describeOutcome({ line: 1, outcome: 'unlabeled' })).toBe('not labeled')
    expect(describeOutcome({ line: 1, outcome: 'unreadable', reason: 'not UTF-8' })).toBe('not UTF-8')
  })

  it('an image is disputed until a reviewer has decided', () => {
    expect(isDisputed(labeled())).toBe(false)
    expect(isDisputed(labeled({ disputes: [dispute] }))).toBe(true)
    const check = { workerId: 'w', answer: 'incorrect' }
    expect(isDisputed(labeled({ check }))).toBe(true)
    expect(isDisputed(labeled({ check, reviewer: { workerId: 'r', seconds: 1 } }))).toBe(false)
  })

  it('who labeled an image is said', () => {
    const opinions = [{ workerId: 'a', seconds: 1 }]
    expect(describeOrigin(labeled({ opinions, reviewer: { workerId: 'r', seconds: 1 } }))).toBe(
      '1 opinion, decided by a reviewer',
    )
    expect(describeDispute(dispute)).toBe('Is it Person? 60% of the weight say so.')
  })
})

describe('pictures', () => {
  it('classes are numbered in their order, and looks are repeated', () => {
    expect([...numberClasses(['a', 'b', 'a'])]).toEqual([
      ['a', 1],
      ['b', 2],
    ])
    expect([toLook(0), toLook(1), toLook(8), toLook(9)]).toEqual(['look-none', 'look-1', 'look-8', 'look-1'])
  })

  it('names are counted', () => {
    expect(countNames(['Person', 'Tire', 'Person'])).toBe('2 Person, 1 Tire')
    expect(countNames([])).toBe('no boxes')
  })

  it('keys lead to the pictures beside, and stop at the ends', () => {
    expect(['ArrowLeft', 'ArrowRight', 'Home', 'End', 'x'].map((key) => pictureByKey(key, 1, 3))).toEqual([
      0,
      2,
      0,
      2,
      undefined,
    ])
    expect([pictureByKey('ArrowLeft', 0, 3), pictureByKey('ArrowRight', 2, 3)]).toEqual([0, 2])
  })
})
