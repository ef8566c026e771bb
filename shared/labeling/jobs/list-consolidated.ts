import { findBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import type { Page } from '../../contracts/page.ts'
import { type AnnotationItem, type AnnotationsRequest, readAnnotations } from '../../manifests/output/annotations.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import type { ConsolidationState } from '../engine/again/consolidation-state.ts'
import { consolidationOutputKey } from '../engine/result/output-keys.ts'
import type { Work } from '../engine/work.ts'
import { getJobWithWork } from './job-with-work.ts'
import { getConsolidationState } from './read-consolidations.ts'

/**
 * Returns a page of the lines of an output manifest that was made again with other settings.
 * @param labelAttributeName undefined for that of the job
 * @throws AppError `not-found`, also when it has failed; `wrong-state` while its labels are made; `corrupt-state` when the
 *   manifest is lost, or has become shorter; otherwise as {@link getJobWithWork} does
 */
export async function listConsolidated(
  job: string,
  name: string,
  labelAttributeName: string | undefined,
  request: AnnotationsRequest,
  ports: Parameters<typeof getJobWithWork>[1],
): Promise<Page<AnnotationItem>> {
  const { state, work } = await getJobWithWork(job, ports)
  const consolidation = await getConsolidationState(work, name, ports)
  if (consolidation.state !== 'completed') throw hasNoLabels(consolidation, work)
  const attribute = labelAttributeName ?? work.labelAttributeName
  // The classes of another attribute are not known.
  const labels = attribute === work.labelAttributeName ? work.labels : undefined
  const verifiedAttribute = attribute === work.labelAttributeName ? state.priorAttribute : undefined
  const key = consolidationOutputKey(work, consolidation.name, ports)
  const minBytes = consolidation.outputBytes
  return readAnnotations(key, attribute, { ...request, minBytes, labels, verifiedAttribute }, ports).catch(
    async (error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'not-found') throw error
      const batch = await findBatch(state.batch, ports)
      if (batch?.value.batchId === state.batchId) throw new CorruptStateError(key, undefined, 'it does not exist')
      throw new AppError(
        'not-found',
        `The labels of "${consolidation.name}" are gone: its batch was deleted.`,
        [],
        error,
      )
    },
  )
}

const hasNoLabels = ({ name, state, problem }: ConsolidationState, { job }: Work): AppError =>
  new AppError(
    state === 'running' ? 'wrong-state' : 'not-found',
    state === 'running'
      ? `The labels of "${name}" are being made; GET /v1/labeling-jobs/${job}/consolidations/${name} says when they are there.`
      : `"${name}" has no labels, as making them failed: ${problem?.detail ?? 'the log has the cause.'}`,
  )
