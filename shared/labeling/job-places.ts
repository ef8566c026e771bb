import { batchFolder } from '../batches/record/store.ts'
import { toS3Uri } from '../contracts/s3-uri.ts'
import type { Ports } from '../platform/ports.ts'

type Configured = Pick<Ports, 'config'>

/** The two names that decide where the files of a job are, whatever its engine. */
export interface JobPlace {
  readonly job: string
  readonly batch: string
}

/**
 * Returns the folder of the files that the engine reads. They are written once for each job, so neither another job nor
 * a new manifest of the batch changes them.
 */
export const jobFolder = ({ job, batch }: JobPlace, ports: Configured): string =>
  `${batchFolder(batch, ports)}manifests/${job}/`

export const inputManifestKey = (place: JobPlace, ports: Configured): string =>
  `${jobFolder(place, ports)}input.manifest`

/**
 * Returns the URI below which the engine writes: it appends the name of the job. The URI has no trailing slash, which
 * would become an empty folder name.
 */
export const outputUri = ({ batch }: JobPlace, ports: Configured): string =>
  toS3Uri(batchFolder(batch, ports), ports).slice(0, -1)

/** Returns the key at which the engine writes the output manifest, as far as is known. */
export const outputManifestKey = ({ job, batch }: JobPlace, ports: Configured): string =>
  `${batchFolder(batch, ports)}${job}/manifests/output/output.manifest`

/**
 * Returns the key of the output manifest: the one that the engine reports if it is in the folder of the batch, otherwise
 * the expected one.
 */
export function outputKey(place: JobPlace, reportedUri: string | undefined, ports: Configured): string {
  const isInBatch = reportedUri?.startsWith(toS3Uri(batchFolder(place.batch, ports), ports))
  return reportedUri !== undefined && isInBatch
    ? reportedUri.slice(toS3Uri('', ports).length)
    : outputManifestKey(place, ports)
}
