import type * as z from 'zod'
import { findBatch } from '../../batches/record/store.ts'
import { ConsolidationName } from '../../contracts/consolidation.ts'
import { AppError } from '../../contracts/errors.ts'
import { LabelAttributeName } from '../../contracts/label-attribute.ts'
import type { Page } from '../../contracts/page.ts'
import {
  type AnnotationItem,
  AnnotationsQuery,
  type AnnotationsRequest,
  readAnnotations,
} from '../../manifests/output/annotations.ts'
import { flag } from '../../platform/http/validate-only.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { outputKey } from '../job-places.ts'
import type { EngineNeeds } from './engine-jobs.ts'
import { getOwnJob } from './get.ts'
import { lineLinks } from './line-links.ts'
import { listConsolidated } from './list-consolidated.ts'
import { findOwnJob } from './own-job.ts'

/**
 * The query of `GET …/annotations`. The default is the label attribute of the job; another may be that of existing boxes. With
 * `consolidation`, it reads labels that were made again.
 */
export const JobAnnotationsQuery = AnnotationsQuery.extend({
  labelAttributeName: LabelAttributeName.optional().describe('Key of the labels to read; by default that of the job'),
  consolidation: ConsolidationName.optional().describe('Read the labels of this consolidation of the job instead'),
  links: flag('Add a link to each image that is a copy of a batch or a test image'),
})
type JobAnnotationsQuery = z.infer<typeof JobAnnotationsQuery>

/**
 * Returns a page of the lines of a job's output manifest, which are in the order of the input manifest. While the job
 * runs, the service replaces the manifest from time to time. With `links`, images get links; whether they are there is not
 * looked at.
 * @throws AppError `not-found`, also when nothing has been written yet; `forbidden` for a job that was not created here;
 *   `corrupt-state` when the manifest that was counted when the job ended is lost, or has become shorter; with
 *   `consolidation`, as {@link listConsolidated} does
 */
export async function listAnnotations(
  job: string,
  { labelAttributeName, consolidation, links, ...query }: JobAnnotationsQuery,
  ports: EngineNeeds & Pick<Ports, 'config' | 'bucket'>,
): Promise<Page<AnnotationItem>> {
  const request: AnnotationsRequest = { ...query, ...(links && { toLink: lineLinks(ports) }) }
  if (consolidation !== undefined) return listConsolidated(job, consolidation, labelAttributeName, request, ports)
  const state = await getOwnJob(job, ports)
  const attribute = labelAttributeName ?? state.labelAttributeName
  const reportedUri = state.end?.outputManifestUri ?? (await findOwnJob(state, ports))?.outputManifestUri
  const key = outputKey(state, reportedUri, ports)
  const minBytes = state.end?.outputBytes
  // The classes of another attribute are not known.
  const labels = attribute === state.labelAttributeName ? state.labels : undefined
  const verifiedAttribute = attribute === state.labelAttributeName ? state.priorAttribute : undefined
  return readAnnotations(key, attribute, { ...request, minBytes, labels, verifiedAttribute }, ports).catch(
    async (error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'not-found') throw error
      const batch = minBytes === undefined ? undefined : await findBatch(state.batch, ports)
      if (batch?.value.batchId === state.batchId) throw new CorruptStateError(key, undefined, 'it does not exist')
      const message = state.end
        ? `"${state.job}" has no results: it ended before anything was labeled, or its batch was deleted.`
        : `"${state.job}" has no results yet; GET /v1/labeling-jobs/${state.job} shows its progress.`
      throw new AppError('not-found', message, [], error)
    },
  )
}
