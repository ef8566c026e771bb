import type { Part, Row } from '../report.ts'
import { measureQuality, type Quality, toQualityCells } from './quality.ts'
import { simulateImages } from './simulate.ts'
import type { Assignment } from './teams.ts'
import { asEmulator, type Way, withEqualSkills, withSkills } from './ways.ts'

/** How much is simulated: each seed from 1 on has so many images of its own. */
export interface Extent {
  readonly seeds: number
  readonly images: number
}

/** The quality of each seed's boxes, in the order of the seeds. */
interface Compared {
  readonly emulator: readonly Quality[]
  readonly equal: readonly Quality[]
  readonly ours: readonly Quality[]
}

/** Compares our consolidation with that of the simulated labeling service, on the same answers. Pure. */
export function compareTeams(assignments: readonly Assignment[], extent: Extent): Part {
  const parts = assignments.map((assignment) => {
    const compared = compareTeam(assignment, extent)
    return { rows: toRows(assignment, compared), failures: findShortfalls(assignment, compared) }
  })
  return { rows: parts.flatMap(({ rows }) => rows), failures: parts.flatMap(({ failures }) => failures), notes: [] }
}

function compareTeam({ team, opinions }: Assignment, { seeds, images }: Extent): Compared {
  const simulated = Array.from({ length: seeds }, (_, index) =>
    simulateImages(team.members, opinions, images, index + 1),
  )
  const measure = (way: Way): readonly Quality[] =>
    simulated.map((some) => {
      const boxes = way(some.map((image) => image.opinions))
      return measureQuality(some.map(({ truth }, index) => ({ truth, boxes: boxes[index] ?? [] })))
    })
  return { emulator: measure(asEmulator), equal: measure(withEqualSkills), ours: measure(withSkills) }
}

const toRows = ({ team, opinions }: Assignment, { emulator, equal, ours }: Compared): readonly Row[] => {
  const about = { team: team.name, opinions }
  return [
    { ...about, who: 'emulator', ...toQualityCells(emulator) },
    { ...about, who: 'ours, equal skills', ...toQualityCells(equal) },
    { ...about, who: 'ours', ...toQualityCells(ours) },
  ]
}

/** Finds seeds on which ours is worse than the emulator by more than the team's tolerance. Pure. */
export function findShortfalls({ team, opinions }: Assignment, { emulator, ours }: Omit<Compared, 'equal'>): string[] {
  return (['overlap', 'recall'] as const).flatMap((measure) =>
    ours.flatMap((quality, index) => {
      const expected = emulator[index]?.[measure] ?? 0
      return quality[measure] >= expected - team.tolerance
        ? []
        : [`${team.name}, ${opinions} opinions, seed ${index + 1}: ${measure} is ${quality[measure]}, not ${expected}`]
    }),
  )
}
