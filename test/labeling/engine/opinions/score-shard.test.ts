import { describe, expect, it } from '@jest/globals'
import type { Opinion } from '../../../../shared/labeling/engine/opinions/opinion.ts'
import { ScoredLines } from '../../../../shared/labeling/engine/opinions/score-shard.ts'
import { square } from '../../../support/fixtures/opinions.ts'

const opinionOf = (worker: string, boxes: number): Opinion => ({
  worker,
  answer: 'boxes',
  boxes: Array.from({ length: boxes }, (_, index) => square(150 * index)),
  verdict: undefined,
  comment: undefined,
  acceptedAt: '2026-01-02T04:00:00Z',
  submittedAt: '2026-01-02T04:00:10Z',
  seconds: 10,
})

/** Returns how many answers of a worker are judged in a shard of 100 lines. */
function countJudged(boxes: number): number | undefined {
  const scored = new ScoredLines()
  const opinions = ['ann', 'bob', 'cid'].map((worker) => opinionOf(worker, boxes))
  for (let line = 1; line <= 100; line++) scored.add({ opinions }, undefined)
  return scored.score().ann?.agreement.judged
}

describe('the scores of a shard', () => {
  it('are those of all its answers', () => {
    expect(countJudged(10)).toBe(100)
  })

  it('are those of the first 20,000 boxes or so where there are more', () => {
    expect(countJudged(300)).toBe(23)
  })
})
