import { consolidateBoxes as consolidateAsEmulator } from '../../local/labeling-service/workers/consolidate-boxes.ts'
import type { ClassBox } from '../../shared/labeling/engine/consolidation/boxes.ts'
import { consolidateBoxes, type DrawnOpinion } from '../../shared/labeling/engine/consolidation/consolidate-boxes.ts'
import { DEFAULT_SETTINGS, type Skills } from '../../shared/labeling/engine/consolidation/settings.ts'
import { estimateSkills, toSkills } from '../../shared/labeling/engine/consolidation/skills.ts'
import { IMAGE } from './simulate.ts'

/** A way to make one list of boxes of the opinions on each image. */
export type Way = (images: readonly (readonly DrawnOpinion[])[]) => readonly (readonly ClassBox[])[]

/** As the simulated labeling service does it: it compares each box with the first one of each group, and averages groups. */
export const asEmulator: Way = (images) =>
  images.map((opinions) => {
    const answers = opinions.map(({ boxes }) =>
      boxes.map(({ className, ...shape }) => ({ label: className, ...shape })),
    )
    return consolidateAsEmulator(answers, IMAGE).map(({ label, left, top, width, height }) => ({
      className: label,
      left,
      top,
      width,
      height,
    }))
  })

const NO_SKILLS: Skills = new Map()

/** Ours, if nothing is known about anybody. */
export const withEqualSkills: Way = (images) => images.map((opinions) => consolidate(opinions, NO_SKILLS))

/** Ours, with skills that are estimated from the same opinions. */
export const withSkills: Way = (images) => {
  const skills = toSkills(estimateSkills(images, DEFAULT_SETTINGS))
  return images.map((opinions) => consolidate(opinions, skills))
}

const consolidate = (opinions: readonly DrawnOpinion[], skills: Skills): readonly ClassBox[] =>
  consolidateBoxes(opinions, skills, DEFAULT_SETTINGS, IMAGE).boxes
