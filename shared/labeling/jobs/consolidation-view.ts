import type { ConsolidationChanges, ConsolidationView } from '../../contracts/consolidation.ts'
import { AppError } from '../../contracts/errors.ts'
import { toStoredProblem } from '../../contracts/stored-problem.ts'
import type { LineChanges } from '../engine/again/compare-lines.ts'
import type { ConsolidationState } from '../engine/again/consolidation-state.ts'
import type { Work } from '../engine/work.ts'

type Mode = Pick<Work, 'mode'>

/** Returns a consolidation as the API shows it. Pure. */
export function toConsolidationView(state: ConsolidationState, { mode }: Mode): ConsolidationView {
  const { name, createdAt, endedAt = createdAt, problem, outputManifestUri, counters, changes } = state
  const { minOverlap, quorum, skills, withoutWorkers } = state.settings
  const common = {
    name,
    ...(minOverlap !== undefined && { minOverlap }),
    ...(quorum !== undefined && { quorum }),
    skills,
    withoutWorkers,
    createdAt,
  }
  if (state.state === 'running') return { ...common, state: 'running' }
  if (state.state !== 'completed' || outputManifestUri === undefined || !counters || !changes)
    return { ...common, state: 'failed', endedAt, problem: problem ?? NOT_KNOWN }
  const { labeled, failed, unlabeled, disputed, boxes } = counters
  return {
    ...common,
    state: 'completed',
    endedAt,
    outputManifestUri,
    counters: { labeled, failed, unlabeled, disputed, ...(mode !== 'verify' && { boxes }) },
    changes: toChanges(changes, mode),
  }
}

const NOT_KNOWN = toStoredProblem(new AppError('internal', 'Why the labels could not be made is not known.'))

/** Workers who verify draw no boxes. Pure. */
function toChanges(changes: LineChanges, mode: Work['mode']): ConsolidationChanges {
  const { changedLines, changedVerdicts, same, moved, otherClass, added, removed, overlap } = changes
  if (mode === 'verify') return { changedLines, changedVerdicts }
  const meanOverlap = same + moved > 0 ? { meanOverlap: overlap / (same + moved) } : {}
  return { changedLines, same, moved, otherClass, added, removed, ...meanOverlap }
}
