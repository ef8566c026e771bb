import { type Random, randomFrom } from '../../local/seeded-random.ts'
import type { ClassBox } from '../../shared/labeling/engine/consolidation/boxes.ts'
import type { DrawnOpinion } from '../../shared/labeling/engine/consolidation/consolidate-boxes.ts'
import { decideOpinion, type JobRules } from '../../tools/people/draw.ts'
import { KINDS } from '../../tools/people/kinds.ts'
import type { DrawingKind } from './teams.ts'

/** So large that rounding to whole pixels, which not everybody does, makes no difference. */
export const IMAGE = { width: 64_000, height: 48_000 }
const RULES: JobRules = { mode: 'draw', labels: ['Dog', 'Wolf'] }
const MAX_OBJECTS = 5
/** Share of the objects that overlap the one before. */
const OVERLAPPING = 1 / 3

export interface SimulatedImage {
  /** What is on it. */
  readonly truth: readonly ClassBox[]
  /** What those say who were asked, in the order in which they were asked. */
  readonly opinions: readonly DrawnOpinion[]
}

/**
 * Makes up images, and what randomly chosen members of a team draw on them. The same seed gives the same images to every
 * team. Pure.
 * @param opinions how many members see each image
 */
export function simulateImages(
  members: readonly DrawingKind[],
  opinions: number,
  images: number,
  seed: number,
): readonly SimulatedImage[] {
  return Array.from({ length: images }, (_, index) => {
    const truth = inventObjects(randomFrom(seed, `objects of image ${index}`))
    const random = randomFrom(seed, `answers to image ${index}`)
    const asked = shuffle([...members.entries()], random).slice(0, opinions)
    return {
      truth,
      opinions: asked.map(([number, kind]) => answer(`worker-${number}`, kind, index + 1, truth, random)),
    }
  })
}

function inventObjects(random: Random): readonly ClassBox[] {
  const objects: ClassBox[] = []
  const count = random.between(1, MAX_OBJECTS + 1)
  for (let index = 0; index < count; index++) {
    const last = objects.at(-1)
    objects.push(last && random.chance(OVERLAPPING) ? inventNeighbor(last, random) : inventObject(random))
  }
  return objects
}

function inventObject(random: Random): ClassBox {
  const [width, height] = [IMAGE.width * (0.1 + 0.3 * random.next()), IMAGE.height * (0.1 + 0.3 * random.next())]
  const [left, top] = [(IMAGE.width - width) * random.next(), (IMAGE.height - height) * random.next()]
  return { className: inventClass(random), left, top, width, height }
}

/** Invents an object of a similar size that hides a part of another one. */
function inventNeighbor({ left, top, width, height }: ClassBox, random: Random): ClassBox {
  const size = { width: width * (0.8 + 0.4 * random.next()), height: height * (0.8 + 0.4 * random.next()) }
  const shift = (side: number): number => side * (0.15 + 0.35 * random.next()) * (random.chance(0.5) ? 1 : -1)
  return {
    className: inventClass(random),
    left: clamp(left + shift(width), IMAGE.width - size.width),
    top: clamp(top + shift(height), IMAGE.height - size.height),
    ...size,
  }
}

const inventClass = (random: Random): string => RULES.labels[random.between(0, RULES.labels.length)] ?? ''

const clamp = (value: number, max: number): number => Math.min(max, Math.max(0, value))

/** Nobody declines here: how many see an image is what is compared. */
function answer(
  worker: string,
  kind: DrawingKind,
  line: number,
  truth: readonly ClassBox[],
  random: Random,
): DrawnOpinion {
  const task = { line, image: '', ticket: '', ...IMAGE }
  const { boxes = [] } = decideOpinion(task, truth, RULES, { ...KINDS[kind].skill, declined: 0 }, random)
  return { worker, boxes: boxes.map(({ how: _, ...box }) => box) }
}

/** Returns the items in random order (Fisher–Yates). */
function shuffle<Item>(items: readonly Item[], random: Random): readonly Item[] {
  const left = [...items]
  return items.flatMap(() => left.splice(random.between(0, left.length), 1))
}
