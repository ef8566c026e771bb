import { batchFolder } from '../../../batches/record/store.ts'
import type { Ports } from '../../../platform/ports.ts'

/** The two names that decide where the output of a job is. */
interface OutputPlace {
  readonly job: string
  readonly batch: string
}

/** Key prefix of all output of a job, in the layout of SageMaker's jobs; ends in a slash. */
const outputFolder = ({ job, batch }: OutputPlace, ports: Pick<Ports, 'config'>): string =>
  `${batchFolder(batch, ports)}${job}/`

/** Key prefix of the worker responses; ends in a slash. */
export const annotationsFolder = (place: OutputPlace, ports: Pick<Ports, 'config'>): string =>
  `${outputFolder(place, ports)}annotations/`

export const outputManifestKey = (place: OutputPlace, ports: Pick<Ports, 'config'>): string =>
  `${outputFolder(place, ports)}manifests/output/output.manifest`

/**
 * Returns the key of the opinions on one image.
 * @param line number of the line in the input manifest, from 1; in the key it counts from 0, as in SageMaker's output
 * @param at RFC 3339, in the key as `2026-01-31_12:00:00`
 */
export const workerResponseKey = (
  place: OutputPlace,
  line: number,
  at: string,
  ports: Pick<Ports, 'config'>,
): string => {
  const time = new Date(at).toISOString().slice(0, 19).replace('T', '_')
  return `${annotationsFolder(place, ports)}worker-response/iteration-1/${line - 1}/${time}.json`
}
