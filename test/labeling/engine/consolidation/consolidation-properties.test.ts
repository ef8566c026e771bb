import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { compareBoxes, jaccardIndex } from '../../../../shared/labeling/engine/consolidation/boxes.ts'
import type { DrawnOpinion } from '../../../../shared/labeling/engine/consolidation/consolidate-boxes.ts'
import { groupBoxes } from '../../../../shared/labeling/engine/consolidation/group-boxes.ts'
import {
  anyBoxes,
  anyOpinions,
  anySkills,
  clearOpinions,
  consolidate,
  crowdedOpinions,
  drawn,
  IMAGE,
  plain,
} from '../../../support/fixtures/opinions.ts'

/** Puts items into an order that numbers decide. */
const reorder = <Item>(items: readonly Item[], numbers: Iterator<number>): readonly Item[] =>
  items
    .map((item) => ({ item, number: numbers.next().value as number }))
    .toSorted((one, other) => one.number - other.number)
    .map(({ item }) => item)

const someOpinions = fc.oneof(anyOpinions, clearOpinions, crowdedOpinions)

describe('the consolidation of any opinions', () => {
  it('does not depend on the order of the opinions, nor of the boxes in them', () => {
    fc.assert(
      fc.property(someOpinions, anySkills, fc.infiniteStream(fc.nat()), (opinions, skills, numbers) => {
        fc.pre(opinions.length > 1)
        const reordered = reorder(opinions, numbers).map(
          ({ worker, boxes }): DrawnOpinion => ({ worker, boxes: reorder(boxes, numbers) }),
        )
        expect(consolidate(reordered, skills)).toStrictEqual(consolidate(opinions, skills))
      }),
    )
  })

  it('of one worker are the boxes as drawn, bit for bit and in their order', () => {
    fc.assert(
      fc.property(anyBoxes, (boxes) => {
        expect(consolidate(drawn(boxes)).boxes.map(plain)).toStrictEqual(boxes)
      }),
    )
  })

  it('of workers who drew exactly the same are these boxes, bit for bit, without a dispute', () => {
    fc.assert(
      fc.property(anyBoxes, fc.integer({ min: 2, max: 9 }), anySkills, (boxes, workers, skills) => {
        const result = consolidate(drawn(...Array.from({ length: workers }, () => boxes)), skills)
        expect(result.boxes.map(plain)).toStrictEqual(boxes.toSorted(compareBoxes))
        expect(result.disputes).toEqual([])
        for (const { confidence } of result.boxes) expect(confidence).toBe(1)
      }),
    )
  })

  it('has boxes within the image, as the boxes of the workers are', () => {
    fc.assert(
      fc.property(someOpinions, anySkills, (opinions, skills) => {
        const { boxes, disputes } = consolidate(opinions, skills)
        for (const { left, top, width, height, workers } of [...boxes, ...disputes.map(({ box }) => box)]) {
          // A box that one worker drew is not touched, so its far edge may be out by the last digit.
          const tolerance = workers.length === 1 ? 1e-9 : 0
          expect(Math.min(left, top)).toBeGreaterThanOrEqual(0)
          expect(Math.min(width, height)).toBeGreaterThan(0)
          expect(left + width).toBeLessThanOrEqual(IMAGE.width + tolerance)
          expect(top + height).toBeLessThanOrEqual(IMAGE.height + tolerance)
        }
      }),
    )
  })

  it('has no worker twice in a box, and no confidence, share or spread outside 0 to 1', () => {
    fc.assert(
      fc.property(someOpinions, anySkills, (opinions, skills) => {
        const { boxes, disputes } = consolidate(opinions, skills)
        for (const { workers, confidence, spread } of [...boxes, ...disputes.map(({ box }) => box)]) {
          expect(new Set(workers).size).toBe(workers.length)
          for (const value of [confidence, ...Object.values(spread)]) expect(value >= 0 && value <= 1).toBe(true)
        }
        for (const { share } of disputes) expect(share >= 0 && share <= 1).toBe(true)
      }),
    )
  })
})

describe('the consolidation of opinions without ties', () => {
  it('is the same when workers with the same skills have other ids', () => {
    // Of equal votes, the smaller id decides: all boxes have one class.
    const opinionsOfCats = fc
      .oneof(clearOpinions, crowdedOpinions)
      .map((opinions) =>
        opinions.map(({ worker, boxes }) => ({ worker, boxes: boxes.map((box) => ({ ...box, className: 'Cat' })) })),
      )
    fc.assert(
      fc.property(opinionsOfCats, anySkills, fc.infiniteStream(fc.nat()), (opinions, skills, numbers) => {
        const ids = opinions.map(({ worker }) => worker)
        const renamed = new Map(reorder(ids, numbers).map((id, index) => [ids[index] ?? '', `worker-${id}`]))
        const rename = (id: string): string => renamed.get(id) ?? id
        const before = consolidate(opinions, skills).boxes
        const after = consolidate(
          opinions.map(({ worker, boxes }) => ({ worker: rename(worker), boxes })),
          new Map([...skills].map(([worker, skill]) => [rename(worker), skill])),
        ).boxes
        expect(after.map(({ workers }) => workers)).toEqual(before.map(({ workers }) => workers.map(rename).toSorted()))
        for (const [index, box] of before.entries())
          for (const side of ['left', 'top', 'width', 'height'] as const)
            expect(after[index]?.[side]).toBeCloseTo(box[side], 9)
      }),
    )
  })
})

describe('the consolidation of opinions that leave no doubt about the objects', () => {
  it('has no lower confidence when one more worker draws exactly the result', () => {
    fc.assert(
      fc.property(clearOpinions, anySkills, fc.constantFrom('0', 'z'), (opinions, skills, worker) => {
        const { boxes } = consolidate(opinions, skills)
        const agreed = consolidate([...opinions, { worker, boxes: boxes.map(plain) }], skills).boxes
        for (const box of boxes) {
          const same = agreed.find((other) => jaccardIndex(box, other) > 0)
          expect(same?.confidence).toBeGreaterThanOrEqual(box.confidence)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('groups of boxes', () => {
  it('are those of joining the best pair of all each time', () => {
    fc.assert(
      fc.property(crowdedOpinions, (opinions) => {
        const boxes = opinions.flatMap(({ worker, boxes }) => boxes.map((box) => ({ worker, box })))
        expect(groupBoxes(boxes, 0.4)).toEqual(joinBestPairs(boxes, 0.4))
      }),
    )
  })
})

type Drawn = Parameters<typeof groupBoxes>[0][number]

/** Average linkage as its definition says, which takes time by the fourth power. */
function joinBestPairs(boxes: readonly Drawn[], minOverlap: number): readonly (readonly Drawn[])[] {
  let groups: readonly (readonly Drawn[])[] = boxes.map((box) => [box])
  for (;;) {
    let best: { readonly one: readonly Drawn[]; readonly other: readonly Drawn[]; readonly mean: number } | undefined
    for (const [index, one] of groups.entries())
      for (const other of groups.slice(index + 1)) {
        if (one.some(({ worker }) => other.some((box) => box.worker === worker))) continue
        const pairs = one.flatMap((box) => other.map((another) => jaccardIndex(box.box, another.box)))
        const mean = pairs.reduce((sum, overlap) => sum + overlap, 0) / pairs.length
        if (mean >= minOverlap && mean > (best?.mean ?? 0)) best = { one, other, mean }
      }
    if (!best) return groups
    const { one, other } = best
    const inOrder = boxes.filter((box) => one.includes(box) || other.includes(box))
    groups = groups.flatMap((group) => (group === one ? [inOrder] : group === other ? [] : [group]))
  }
}
