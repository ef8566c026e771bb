import { batchFolder, uriOf } from '../batches/store.ts'
import type { Ports } from '../ports.ts'

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
  uriOf(batchFolder(batch, ports), ports).slice(0, -1)

/** Where the service writes what was labeled. */
export const outputManifestKey = ({ job, batch }: JobPlace, ports: Configured): string =>
  `${batchFolder(batch, ports)}${job}/manifests/output/output.manifest`
