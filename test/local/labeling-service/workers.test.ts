import { describe, expect, it } from '@jest/globals'
import { jaccardIndex } from '../../../local/labeling-service/objects/boxes.ts'
import { parseLooseJson } from '../../../local/labeling-service/page/loose-json.ts'
import { consolidateBoxes } from '../../../local/labeling-service/workers/consolidate-boxes.ts'
import { consolidateVerdicts } from '../../../local/labeling-service/workers/consolidate-verdicts.ts'
import { withDefaultErrorRates } from '../../../local/labeling-service/workers/error-rates.ts'

const image = { width: 200, height: 100 }
const box = (left: number, label = 'Cat', width = 20) => ({ label, left, top: 10, width, height: 20 })

describe('consolidateBoxes', () => {
  it('matches boxes by overlap and averages them', () => {
    const answers = [[box(10), box(100)], [box(104), box(12)], [box(14)]]
    expect(consolidateBoxes(answers, image).map(({ left, width }) => [left, width])).toEqual([
      [12, 20],
      [102, 20],
    ])
  })

  it('drops boxes that fewer than half of the workers drew', () => {
    expect(consolidateBoxes([[box(10)], [], []], image)).toEqual([])
    expect(consolidateBoxes([[box(10)], []], image)).toHaveLength(1)
  })

  it('does not merge boxes with different labels or of the same worker', () => {
    expect(consolidateBoxes([[box(10)], [box(10, 'Dog')]], image).map(({ label }) => label)).toEqual(['Cat', 'Dog'])
    expect(consolidateBoxes([[box(10), box(11)]], image)).toHaveLength(2)
  })

  it('raises the confidence with the agreement, and is low for one worker', () => {
    const confidence = (...answers: Parameters<typeof consolidateBoxes>[0]) =>
      consolidateBoxes(answers, image)[0]?.confidence
    expect(confidence([box(10)], [box(10)])).toBe(1)
    expect(confidence([box(10)], [])).toBe(0.5)
    expect(confidence([box(10)], [box(14)])).toBeLessThan(1)
    expect(confidence([box(10)])).toBe(0.09)
  })
})

describe('consolidateVerdicts', () => {
  it('returns the most frequent verdict', () => {
    const verdict = (label: string) => ({ kind: 'verdict' as const, label })
    expect(consolidateVerdicts([verdict('bad'), verdict('good'), verdict('good')])).toEqual({
      label: 'good',
      confidence: 0.67,
      comments: [],
    })
  })
})

describe('jaccardIndex', () => {
  it.each([
    [box(10), box(10), 1],
    [box(10), box(20), 1 / 3],
    [box(10), box(30), 0],
  ])('of %j and %j returns %d', (one, other, expected) => {
    expect(jaccardIndex(one, other)).toBeCloseTo(expected)
  })
})

describe('parseLooseJson', () => {
  it.each([
    ['[{label: "a: b,]", left: 1,},]', [{ label: 'a: b,]', left: 1 }]],
    ["{'a': 'it is \"b\"'}", { a: 'it is "b"' }],
    ['{"a": [true, null, -1.5e3]}', { a: [true, null, -1500] }],
  ])('parses %s', (text, expected) => {
    expect(parseLooseJson(text)).toEqual(expected)
  })

  it.each(['[{]', 'label', '{a 1}', ''])('throws for %s', (text) => {
    expect(() => parseLooseJson(text)).toThrow()
  })
})

describe('withDefaultErrorRates', () => {
  it('throws for an error rate outside 0 to 1', () => {
    expect(withDefaultErrorRates({ declines: 1, jitter: 0 })).toMatchObject({
      declines: 1,
      jitter: 0,
      missedBoxes: 0.02,
    })
    for (const declines of [-0.1, 1.1, Number.NaN])
      expect(() => withDefaultErrorRates({ declines })).toThrow(/workers\.declines/)
  })
})
