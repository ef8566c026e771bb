import { randomFrom } from '../../local/seeded-random.ts'
import type { ClassBox } from '../../shared/labeling/engine/consolidation/boxes.ts'
import { consolidateBoxes } from '../../shared/labeling/engine/consolidation/consolidate-boxes.ts'
import { DEFAULT_SETTINGS } from '../../shared/labeling/engine/consolidation/settings.ts'
import type { Opinion } from '../../shared/labeling/engine/opinions/opinion.ts'
import { ScoredLines } from '../../shared/labeling/engine/opinions/score-shard.ts'
import { SHARD_LINES } from '../../shared/labeling/engine/work.ts'
import type { Part, Row } from '../report.ts'
import { median } from '../statistics.ts'

const WORKERS = 9
const RUNS = 5
/** What the parts of a job may take at most, however many boxes are drawn over each other: a message has two minutes. */
const MAX_SECONDS = { image: 2, shard: 60 }

/** Ways to draw boxes on an image. */
const IMAGES = {
  [`${WORKERS} × 100 boxes, apart`]: (next: () => number) =>
    Array.from({ length: 100 }, (_, index) => toSquare(60 * (index % 10) + 5 * next(), 6 * (index - (index % 10)), 50)),
  // About the most that are still compared: as boxes would be drawn to take as long as possible.
  [`${WORKERS} × 133 boxes, all over each other`]: (next: () => number) =>
    Array.from({ length: 133 }, () => toSquare(895 * next(), 895 * next(), 105)),
}

const toSquare = (left: number, top: number, side: number): ClassBox => ({
  className: 'Dog',
  left,
  top,
  width: side,
  height: side,
})

/** Measures how long one image takes, and the scores of a shard of such images. */
export function measureSpeed(): Part {
  const rows = Object.entries(IMAGES).flatMap(([team, draw]) => {
    const { next } = randomFrom(1)
    const images = Array.from({ length: SHARD_LINES }, () => drawOpinions(() => draw(next)))
    return [
      { team, what: 'consolidating an image', ms: measureImages(images.slice(0, RUNS)), limit: MAX_SECONDS.image },
      { team, what: 'scoring a shard', ms: measureShard(images), limit: MAX_SECONDS.shard },
    ]
  })
  const failures = rows.flatMap(({ team, what, ms, limit }) =>
    ms > 1000 * limit ? [`${team}: ${what} takes ${ms} ms`] : [],
  )
  return { rows: rows.map(({ limit: _, ...row }): Row => row), notes: [], failures }
}

const drawOpinions = (draw: () => readonly ClassBox[]): readonly Opinion[] =>
  Array.from({ length: WORKERS }, (_, worker) => ({
    worker: `worker-${worker}`,
    answer: 'boxes' as const,
    boxes: draw(),
    verdict: undefined,
    comment: undefined,
    acceptedAt: '2026-01-02T04:00:00Z',
    submittedAt: '2026-01-02T04:00:10Z',
    seconds: 10,
  }))

const measureImages = (images: readonly (readonly Opinion[])[]): number =>
  median(images.map((opinions) => measure(() => consolidateBoxes(opinions, new Map(), DEFAULT_SETTINGS, undefined))))

function measureShard(images: readonly (readonly Opinion[])[]): number {
  const scored = new ScoredLines()
  return measure(() => {
    for (const opinions of images) scored.add({ opinions }, undefined)
    scored.score()
  })
}

function measure(act: () => unknown): number {
  const start = performance.now()
  act()
  return performance.now() - start
}
