import type { DrawnOpinion } from '../../shared/labeling/engine/consolidation/consolidate-boxes.ts'
import { isSettled } from '../../shared/labeling/engine/judging/is-settled.ts'
import { toStopRule } from '../../shared/labeling/engine/line-rules.ts'
import type { Part, Row } from '../report.ts'
import type { Extent } from './compare-teams.ts'
import { mean, measureQuality, type Quality, toQualityCells } from './quality.ts'
import { simulateImages } from './simulate.ts'
import type { Team } from './teams.ts'
import { withSkills } from './ways.ts'

const MAX_ASKED = 5
/** The defaults of `stopWhen`. */
const STOP_RULE = toStopRule({})

/** How many of those who could be asked are asked. */
type Rule = (opinions: readonly DrawnOpinion[]) => number

const RULES: readonly { readonly who: string; readonly rule: Rule }[] = [
  { who: 'fixed 3', rule: () => 3 },
  { who: 'fixed 5', rule: () => MAX_ASKED },
  { who: 'until two agree', rule: countAsked },
]

/** Returns how many have to be asked until two agree in full. Pure. @param opinions of all who could be asked, in order */
export function countAsked(opinions: readonly DrawnOpinion[]): number {
  const compared = opinions.map((opinion) => ({ ...opinion, answer: 'boxes' as const, verdict: undefined }))
  for (let asked = STOP_RULE.workers; asked < opinions.length; asked++)
    if (isSettled(compared.slice(0, asked), STOP_RULE)) return asked
  return opinions.length
}

/** Compares asking until two agree with asking a fixed number of workers. Pure. */
export function compareRules(teams: readonly Omit<Team, 'tolerance'>[], { seeds, images }: Extent): Part {
  const rows = teams.flatMap(({ name, members }) => {
    const simulated = Array.from({ length: seeds }, (_, index) => simulateImages(members, MAX_ASKED, images, index + 1))
    return RULES.map(({ who, rule }): Row => {
      const measured = simulated.map((some) => measureRule(some, rule))
      return {
        team: name,
        opinions: mean(measured.map(({ opinions }) => opinions)),
        who,
        ...toQualityCells(measured.map(({ quality }) => quality)),
        ...(rule === countAsked && { 'settled by 2': mean(measured.map(({ settledByTwo }) => settledByTwo)) }),
      }
    })
  })
  return { rows, notes: [], failures: [] }
}

interface MeasuredRule {
  readonly quality: Quality
  /** Mean number an image. */
  readonly opinions: number
  /** Share of the images for which two were enough. */
  readonly settledByTwo: number
}

/** Skills are estimated from the answers that the rule asks for, not from those that it saves. */
function measureRule(images: ReturnType<typeof simulateImages>, rule: Rule): MeasuredRule {
  const asked = images.map(({ opinions }) => opinions.slice(0, rule(opinions)))
  const boxes = withSkills(asked)
  return {
    quality: measureQuality(images.map(({ truth }, index) => ({ truth, boxes: boxes[index] ?? [] }))),
    opinions: mean(asked.map((some) => some.length)),
    settledByTwo: asked.filter((some) => some.length === STOP_RULE.workers).length / asked.length,
  }
}
