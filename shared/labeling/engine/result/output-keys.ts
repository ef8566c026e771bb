import { batchFolder } from '../../../batches/record/store.ts'
import type { Ports } from '../../../platform/ports.ts'
import type { JobPlace } from '../../job-places.ts'

/** Key prefix of a job's worker responses, where SageMaker's jobs have theirs; ends in a slash. */
export const annotationsFolder = ({ job, batch }: JobPlace, ports: Pick<Ports, 'config'>): string =>
  `${batchFolder(batch, ports)}${job}/annotations/`

/**
 * Returns the key of the opinions on one image.
 * @param line number of the line in the input manifest, from 1; in the key it counts from 0, as in SageMaker's output
 * @param at RFC 3339, in the key as `2026-01-31_12:00:00`
 */
export const workerResponseKey = (place: JobPlace, line: number, at: string, ports: Pick<Ports, 'config'>): string => {
  const time = new Date(at).toISOString().slice(0, 19).replace('T', '_')
  return `${annotationsFolder(place, ports)}worker-response/iteration-1/${line - 1}/${time}.json`
}

/** Key prefix of the output manifests of a job that were made again with other settings; ends in a slash. */
export const consolidationsOutputFolder = ({ job, batch }: JobPlace, ports: Pick<Ports, 'config'>): string =>
  `${batchFolder(batch, ports)}${job}/consolidations/`

/** Returns the key of an output manifest that was made again. @param name of the consolidation */
export const consolidationOutputKey = (place: JobPlace, name: string, ports: Pick<Ports, 'config'>): string =>
  `${consolidationsOutputFolder(place, ports)}${name.toLowerCase()}/output.manifest`
