import { randomFrom } from '../../local/seeded-random.ts'
import { consolidateBoxes, type DrawnOpinion } from '../../shared/labeling/engine/consolidation/consolidate-boxes.ts'
import { DEFAULT_SETTINGS } from '../../shared/labeling/engine/consolidation/settings.ts'
import type { Part, Row } from '../report.ts'
import { median } from '../statistics.ts'

const WORKERS = 9
const RUNS = 5
/** What an image may take at most, however many boxes are drawn over each other: messages are worked on for two minutes. */
const MAX_SECONDS = 10

/** Measures how long one image takes: boxes apart from each other, and as an attacker would draw them. */
export function measureSpeed(boxes: readonly number[]): Part {
  const rows = boxes.flatMap((count) => [
    measureImage(`${WORKERS} × ${count} boxes, apart`, count, 60),
    measureImage(`${WORKERS} × ${count} boxes, all over each other`, count, 0),
  ])
  const failures = rows.filter(({ ms }) => ms > MAX_SECONDS * 1000).map(({ team, ms }) => `${team} take ${ms} ms`)
  return { rows, notes: [], failures }
}

/** @param distance of the boxes from each other, pixels; a box has 50 */
function measureImage(team: string, boxes: number, distance: number): Row & { readonly ms: number } {
  const { next } = randomFrom(boxes)
  const columns = Math.ceil(Math.sqrt(boxes))
  const opinions = Array.from(
    { length: WORKERS },
    (_, worker): DrawnOpinion => ({
      worker: `worker-${worker}`,
      boxes: Array.from({ length: boxes }, (_, index) => ({
        className: 'Dog',
        left: distance * (index % columns) + 5 * next(),
        top: distance * Math.floor(index / columns) + 5 * next(),
        width: 50,
        height: 50,
      })),
    }),
  )
  const milliseconds = Array.from({ length: RUNS }, () => {
    const start = performance.now()
    consolidateBoxes(opinions, new Map(), DEFAULT_SETTINGS, undefined)
    return performance.now() - start
  })
  return { team, ms: median(milliseconds) }
}
