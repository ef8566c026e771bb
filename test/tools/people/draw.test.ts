import { describe, expect, it } from '@jest/globals'
import { randomFrom } from '../../../local/seeded-random.ts'
import type { LabelingTask } from '../../../shared/contracts/labeling-task.ts'
import { decideOpinion, type JobRules, overlap } from '../../../tools/people/draw.ts'
import { KINDS, type KindName } from '../../../tools/people/kinds.ts'
import { inventedTruth, type TruthBox } from '../../../tools/people/truth.ts'

const RULES: JobRules = { mode: 'draw', labels: ['Cat', 'Dog'] }
const BOX: TruthBox = { className: 'Cat', left: 100, top: 60, width: 200, height: 100 }
const task = (changes: Partial<LabelingTask> = {}): LabelingTask => ({
  line: 1,
  image: 'https://images/1.jpg',
  width: 400,
  height: 220,
  ticket: 'ticket',
  ...changes,
})

/** Returns how a kind of person draws the same box many times. */
function drawMany(kind: KindName, count = 1000) {
  const random = randomFrom(7, kind)
  const opinions = Array.from({ length: count }, () => decideOpinion(task(), [BOX], RULES, KINDS[kind].skill, random))
  const boxes = opinions.flatMap((opinion) => opinion.boxes ?? [])
  const overlaps = boxes.map((box) => overlap(BOX, box))
  const mean = overlaps.reduce((sum, value) => sum + value, 0) / overlaps.length
  return { opinions, boxes, mean, share: boxes.length / count }
}

describe('what people draw', () => {
  it('fits as well as their kind says', () => {
    expect(drawMany('good').mean).toBeGreaterThan(0.95)
    // 5 % on each side make a box 1.1 times as wide and high.
    expect(drawMany('loose').mean).toBeGreaterThan(0.79)
    expect(drawMany('loose').mean).toBeLessThan(0.86)
    expect(drawMany('sloppy').mean).toBeGreaterThan(0.8)
    expect(drawMany('sloppy').mean).toBeLessThan(0.9)
    expect(drawMany('spammer').mean).toBeLessThan(0.3)
  })

  it('lacks 8 percent of the objects where somebody is sloppy', () => {
    expect(drawMany('good').share).toBeGreaterThan(0.97)
    expect(drawMany('sloppy').share).toBeGreaterThan(0.88)
    expect(drawMany('sloppy').share).toBeLessThan(0.94)
  })

  it('stays within the image', () => {
    const edge = { className: 'Cat', left: 0, top: 0, width: 400, height: 220 }
    const random = randomFrom(3)
    for (let count = 0; count < 500; count++) {
      const { boxes = [] } = decideOpinion(task(), [edge], RULES, KINDS.sloppy.skill, random)
      for (const { left, top, width, height } of boxes) {
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(0)
        expect(left + width).toBeLessThanOrEqual(400)
        expect(top + height).toBeLessThanOrEqual(220)
        expect(Math.min(width, height)).toBeGreaterThan(0)
      }
    }
  })

  it('is nothing on an image without objects, and unknown where nobody can tell', () => {
    const random = { ...randomFrom(1), chance: () => false }
    expect(decideOpinion(task(), [], RULES, KINDS.good.skill, random)).toEqual({ answer: 'empty' })
    expect(decideOpinion(task(), undefined, RULES, KINDS.good.skill, random)).toEqual({ answer: 'cannot-tell' })
  })

  it('is the same for the same seed', () => {
    expect(drawMany('sloppy', 20)).toEqual(drawMany('sloppy', 20))
  })
})

describe('what people say to the boxes of others', () => {
  const good = { ...KINDS.good.skill, declined: 0 }
  const check = (boxes: readonly TruthBox[], skill = good) =>
    decideOpinion(task({ check: 'coverage', boxes: [...boxes] }), [BOX], RULES, skill, randomFrom(1)).answer

  it('is that they are complete where each object has a box, even a rough one', () => {
    expect(check([BOX])).toBe('correct')
    expect(check([{ ...BOX, width: 150 }])).toBe('correct')
    expect(check([BOX, { ...BOX, left: 0, width: 50 }])).toBe('correct')
    expect(check([])).toBe('incorrect')
    expect(check([{ ...BOX, className: 'Dog' }])).toBe('incorrect')
  })

  it('is anything, where somebody does not look', () => {
    const random = randomFrom(3)
    const answers = Array.from(
      { length: 50 },
      () => decideOpinion(task({ check: 'coverage', boxes: [BOX] }), [BOX], RULES, KINDS.spammer.skill, random).answer,
    )
    expect(new Set(answers)).toEqual(new Set(['correct', 'incorrect']))
  })

  it('is what one of them has said, where that is right, and otherwise what they see themselves', () => {
    const near = { ...BOX, left: BOX.left + 3 }
    const decide = (boxes: TruthBox[]) => {
      const readings: LabelingTask['readings'] = [{ answer: 'empty' }, { answer: 'boxes', boxes }]
      return decideOpinion(task({ readings }), [BOX], RULES, good, randomFrom(1)).boxes?.[0]
    }
    expect(decide([near])).toMatchObject(near)
    expect(decide([{ ...BOX, className: 'Dog' }])?.className).toBe('Cat')
  })
})

describe('what is on the images when it is made up', () => {
  it('is the same to whoever is shown what others have drawn', () => {
    const images = Array.from({ length: 50 }, (_, index) => task({ line: index + 1 }))
    const truth = inventedTruth(5, ['Cat'])
    expect(images.map((image) => truth({ ...image, check: 'coverage', boxes: [BOX] }))).toEqual(images.map(truth))
  })

  it('is the same for everybody, and lies within the image', () => {
    const images = Array.from({ length: 200 }, (_, index) => task({ line: index + 1 }))
    const [one, other] = [inventedTruth(5, ['Cat']), inventedTruth(5, ['Cat'])]
    expect(images.map(one)).toEqual(images.map(other))
    for (const { left, top, width, height } of images.flatMap((image) => one(image) ?? [])) {
      expect(left + width).toBeLessThanOrEqual(400)
      expect(top + height).toBeLessThanOrEqual(220)
    }
  })
})
