import { batchFolder, toS3Uri } from '../../batches/record/store.ts'
import type { Ports } from '../../platform/ports.ts'

type Configured = Pick<Ports, 'config'>

/** Who a job is, as far as its files go. */
export interface JobPlace {
  readonly job: string
  readonly batch: string
}

/** What the service reads of a job, written once: another job, or another manifest of the batch, changes none of it. */
export const jobFolder = ({ job, batch }: JobPlace, ports: Configured): string =>
  `${batchFolder(batch, ports)}manifests/${job}/`

export const inputManifestKey = (place: JobPlace, ports: Configured): string =>
  `${jobFolder(place, ports)}input.manifest`
export const labelCategoriesKey = (place: JobPlace, ports: Configured): string =>
  `${jobFolder(place, ports)}label-categories.json`
export const templateKey = (place: JobPlace, ports: Configured): string =>
  `${jobFolder(place, ports)}template.liquid.html`

/** Where the service writes: it puts the job's name behind it. A slash at its end would make an empty folder name. */
export const outputUri = ({ batch }: JobPlace, ports: Configured): string =>
  toS3Uri(batchFolder(batch, ports), ports).slice(0, -1)

/**
 * Where what was labeled lies: where the service says, as long as that is in the batch's own folder, else where it would.
 * @param told the URI that the service gave, if it did
 */
export function outputKey(place: JobPlace, told: string | undefined, ports: Configured): string {
  const isOurs = told?.startsWith(toS3Uri(batchFolder(place.batch, ports), ports))
  return told !== undefined && isOurs ? told.slice(toS3Uri('', ports).length) : outputManifestKey(place, ports)
}

/** Where the service is to write what was labeled. */
export const outputManifestKey = ({ job, batch }: JobPlace, ports: Configured): string =>
  `${batchFolder(batch, ports)}${job}/manifests/output/output.manifest`
