import { describe, expect, it } from '@jest/globals'
import { overlap } from '../../../local/labeling-service/work/boxes.ts'
import { parseLooseJson } from '../../../local/labeling-service/work/loose-json.ts'
import { consolidateBoxes } from '../../../local/labeling-service/workers/consolidate-boxes.ts'
import { consolidateVerdicts } from '../../../local/labeling-service/workers/consolidate-verdicts.ts'
import { sharesOf } from '../../../local/labeling-service/workers/shares.ts'

const image = { width: 200, height: 100 }
const box = (left: number, label = 'Cat', width = 20) => ({ label, left, top: 10, width, height: 20 })

describe('boxes of several workers', () => {
  it('are matched by what they share, and averaged', () => {
    const answers = [[box(10), box(100)], [box(104), box(12)], [box(14)]]
    expect(consolidateBoxes(answers, image).map(({ left, width }) => [left, width])).toEqual([
      [12, 20],
      [102, 20],
    ])
  })

  it('are dropped when fewer than half of the workers saw them', () => {
    expect(consolidateBoxes([[box(10)], [], []], image)).toEqual([])
    expect(consolidateBoxes([[box(10)], []], image)).toHaveLength(1)
  })

  it('are not one when their labels differ, or when one worker drew both', () => {
    expect(consolidateBoxes([[box(10)], [box(10, 'Dog')]], image).map(({ label }) => label)).toEqual(['Cat', 'Dog'])
    expect(consolidateBoxes([[box(10), box(11)]], image)).toHaveLength(2)
  })

  it('have more confidence the more workers agree, and little for one', () => {
    const confidence = (...answers: Parameters<typeof consolidateBoxes>[0]) =>
      consolidateBoxes(answers, image)[0]?.confidence
    expect(confidence([box(10)], [box(10)])).toBe(1)
    expect(confidence([box(10)], [])).toBe(0.5)
    expect(confidence([box(10)], [box(14)])).toBeLessThan(1)
    expect(confidence([box(10)])).toBe(0.09)
  })
})

describe('verdicts of several workers', () => {
  it('are what most of them said', () => {
    const said = (label: string) => ({ kind: 'verdict' as const, label })
    expect(consolidateVerdicts([said('bad'), said('good'), said('good')])).toEqual({
      label: 'good',
      confidence: 0.67,
      comments: [],
    })
  })
})

describe('the Jaccard index', () => {
  it.each([
    [box(10), box(10), 1],
    [box(10), box(20), 1 / 3],
    [box(10), box(30), 0],
  ])('of %j and %j is %d', (one, other, expected) => {
    expect(overlap(one, other)).toBeCloseTo(expected)
  })
})

describe('JSON of an attribute', () => {
  it.each([
    ['[{label: "a: b,]", left: 1,},]', [{ label: 'a: b,]', left: 1 }]],
    ["{'a': 'it is \"b\"'}", { a: 'it is "b"' }],
    ['{"a": [true, null, -1.5e3]}', { a: [true, null, -1500] }],
  ])('%s', (text, expected) => {
    expect(parseLooseJson(text)).toEqual(expected)
  })

  it.each(['[{]', 'label', '{a 1}', ''])('is none: %s', (text) => {
    expect(() => parseLooseJson(text)).toThrow()
  })
})

describe('shares', () => {
  it('are 0 to 1', () => {
    expect(sharesOf({ declines: 1, jitter: 0 })).toMatchObject({ declines: 1, jitter: 0, missedBoxes: 0.02 })
    for (const declines of [-0.1, 1.1, Number.NaN]) expect(() => sharesOf({ declines })).toThrow(/workers\.declines/)
  })
})
