import type { ConsolidationRequest, ConsolidationView } from '../../contracts/consolidation.ts'
import { AppError, QuotaReachedError } from '../../contracts/errors.ts'
import { assertSameRequest } from '../../platform/http/assert-same-request.ts'
import type { Ports } from '../../platform/ports.ts'
import { createState } from '../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../platform/state/retry-on-conflict.ts'
import { startConsolidation } from '../engine/again/consolidate-job.ts'
import {
  type ConsolidationState,
  consolidationRef,
  findConsolidation,
  type SettingsState,
} from '../engine/again/consolidation-state.ts'
import { DEFAULT_SETTINGS } from '../engine/consolidation/settings.ts'
import type { Work } from '../engine/work.ts'
import { listConsolidationNames, MAX_CONSOLIDATIONS } from './consolidation-names.ts'
import { toConsolidationView } from './consolidation-view.ts'
import { getEndedWork } from './job-with-work.ts'

/** The ports that this file uses. */
type Needs = Parameters<typeof getEndedWork>[1] & Pick<Ports, 'messages' | 'requestId'>

/**
 * Makes the labels of a job that has ended again, with other settings, in the background. Idempotent: the same request
 * resumes what a crash has interrupted.
 * @returns the consolidation, and whether this call has created it
 * @throws AppError `not-found`; `forbidden` for a job that was not created here; `wrong-state` for a job that has not ended,
 *   or that SageMaker labels; `conflict` when the name is taken; `quota-reached`; `corrupt-state` when the consolidation of
 *   that name cannot be read
 */
export async function consolidate(
  job: string,
  request: ConsolidationRequest,
  ports: Needs,
): Promise<{ readonly isNew: boolean; readonly view: ConsolidationView }> {
  const work = await getEndedWork(job, ports)
  const settings = toSettings(request, work)
  const { isNew, state } = await findOrCreate(work, request.name, settings, ports)
  if (state.state === 'running') await startConsolidation(work, state, ports)
  return { isNew, view: toConsolidationView(state, work) }
}

/** Returns the settings with what is left out. Pure. @throws AppError `invalid-request` for settings that cannot matter */
function toSettings(request: ConsolidationRequest, { mode }: Pick<Work, 'mode'>): SettingsState {
  const { skills, withoutWorkers, minOverlap, quorum } = request
  const ofBoxes = { ...(minOverlap !== undefined && { minOverlap }), ...(quorum !== undefined && { quorum }) }
  const common = { skills, withoutWorkers: withoutWorkers.toSorted() }
  if (mode !== 'verify') return { ...DEFAULT_SETTINGS, ...ofBoxes, ...common }
  const issues = Object.keys(ofBoxes).map((field) => ({
    at: `body.${field}`,
    message: 'must be left out for a job in the mode verify, whose workers draw no boxes',
  }))
  if (issues.length === 0) return common
  throw new AppError('invalid-request', issues.map(({ at, message }) => `${at}: ${message}.`).join(' '), issues)
}

const findOrCreate = (
  work: Work,
  name: string,
  settings: SettingsState,
  ports: Needs,
): Promise<{ readonly isNew: boolean; readonly state: ConsolidationState }> =>
  retryOnConflict(consolidationRef(work, name).key, async () => {
    const existing = (await findConsolidation(work, name, ports))?.value
    if (existing) {
      assertSameRequest(toKnown(existing.settings), toKnown(settings), describeTaken(existing, work))
      return { isNew: false, state: existing }
    }
    await assertQuota(work, ports)
    const createdAt = ports.now().toISOString()
    const state: ConsolidationState = { name, id: ports.newId(), settings, state: 'running', createdAt }
    return (await createState(consolidationRef(work, name), state, ports)) ? { isNew: true, state } : CONFLICT
  })

/** Without what only a newer version knows. Pure. */
const toKnown = ({ minOverlap, quorum, skills, withoutWorkers }: SettingsState) => ({
  minOverlap,
  quorum,
  skills,
  withoutWorkers,
})

const describeTaken = ({ name }: ConsolidationState, { job }: Work): string =>
  `The labeling job "${job}" has a consolidation "${name}" with other settings; choose another name.`

/** Concurrent requests may exceed the limit a little. */
async function assertQuota(work: Work, ports: Pick<Ports, 'objects'>): Promise<void> {
  const { length } = await listConsolidationNames(work, ports)
  if (length >= MAX_CONSOLIDATIONS)
    throw new QuotaReachedError(
      `The labeling job "${work.job}" has ${length} consolidations (limit: ${MAX_CONSOLIDATIONS}).`,
    )
}
