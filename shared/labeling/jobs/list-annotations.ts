import type * as z from 'zod'
import { AppError } from '../../contracts/errors.ts'
import { LabelAttributeName } from '../../contracts/label-attribute.ts'
import type { Page } from '../../contracts/page.ts'
import { type AnnotationItem, AnnotationsQuery, readAnnotations } from '../../manifests/output/annotations.ts'
import type { Ports } from '../../platform/ports.ts'
import { getOwnJob } from './get.ts'
import { outputKey } from './job-files.ts'
import { findOwnJob } from './own-job.ts'

/** The query of a job's annotations: its own label attribute, unless another is named, such as that of the known boxes. */
export const JobAnnotationsQuery = AnnotationsQuery.extend({ labelAttributeName: LabelAttributeName.optional() })
type JobAnnotationsQuery = z.infer<typeof JobAnnotationsQuery>

/**
 * A page of what a job's output manifest says, in its order, which is that of the input manifest. While the job runs, the
 * service writes it anew from time to time.
 * @throws AppError `not-found` also when nothing was written yet; `forbidden` for a job that was made elsewhere
 */
export async function listAnnotations(
  job: string,
  { labelAttributeName, ...request }: JobAnnotationsQuery,
  ports: Ports,
): Promise<Page<AnnotationItem>> {
  const state = await getOwnJob(job, ports)
  const attribute = labelAttributeName ?? state.labelAttributeName
  const told = state.end?.outputManifestUri ?? (await findOwnJob(state, ports))?.outputManifestUri
  const key = outputKey(state, told, ports)
  const page = await readAnnotations(key, attribute, request, ports).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'not-found') throw error
    const message = state.end
      ? `"${state.job}" has no results: it had ended before anything was labeled, or its batch was deleted.`
      : `"${state.job}" has no results yet; GET /v1/labeling-jobs/${state.job} tells how far it is.`
    throw new AppError('not-found', message, [], error)
  })
  if (attribute !== state.labelAttributeName) return page
  return { ...page, items: page.items.map((item) => withClassNames(item, state.labels)) }
}

/** A line's own map names only the classes in it, and not always these: the job knows them all. */
function withClassNames(item: AnnotationItem, labels: readonly string[]): AnnotationItem {
  if (item.outcome !== 'labeled') return item
  const boxes = item.boxes.map((box) => {
    const className = box.className ?? labels[box.classId]
    return className === undefined ? box : { ...box, className }
  })
  return { ...item, boxes }
}
