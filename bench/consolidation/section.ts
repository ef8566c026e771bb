import type { Options } from '../options.ts'
import type { Section } from '../report.ts'
import { compareRules } from './ask-until-agreed.ts'
import { compareTeams, type Extent } from './compare-teams.ts'
import { measureSpeed } from './speed.ts'
import { ADAPTIVE_TEAMS, ASSIGNMENTS } from './teams.ts'

const EXTENT: Extent = { seeds: 20, images: 600 }
export const QUICK_EXTENT: Extent = { seeds: 2, images: 60 }

/** Compares labels that several simulated workers give with what is on the images. */
export async function consolidationSection({ quick }: Pick<Options, 'quick'>): Promise<Section> {
  const extent = quick ? QUICK_EXTENT : EXTENT
  const parts = [compareTeams(ASSIGNMENTS, extent), compareRules(ADAPTIVE_TEAMS, extent), measureSpeed()]
  return {
    section: 'consolidation',
    title: `boxes of simulated workers, ${extent.images} images, each figure the mean and the worst of ${extent.seeds} seeds`,
    rows: parts.flatMap(({ rows }) => rows),
    notes: [
      'IoU: mean overlap of the objects that were found, which overlap by 0.5 or more; ≥ .9: share of them that overlap by 0.9',
      'emulator: what the simulated labeling service does, on the same answers; skills are estimated from these answers alone',
      'until two agree: two are asked; one more, up to five, until two of them agree in full at 0.85, or three say that there is nothing',
    ],
    failures: parts.flatMap(({ failures }) => failures),
  }
}
