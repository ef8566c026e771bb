import type { Ports } from '../../platform/ports.ts'
import { writeFile } from '../../platform/storage/stored-file.ts'
import { type JobPlace, jobFolder } from '../job-places.ts'

type Configured = Pick<Ports, 'config'>

export const labelCategoriesKey = (place: JobPlace, ports: Configured): string =>
  `${jobFolder(place, ports)}label-categories.json`
export const templateKey = (place: JobPlace, ports: Configured): string =>
  `${jobFolder(place, ports)}template.liquid.html`

/** What the service reads besides the input manifest. */
export interface ServiceFiles {
  readonly labels: readonly string[]
  /** The page that workers see. */
  readonly template: string
}

/** Writes the files that the service reads besides the input manifest, side by side, as far as that is possible. */
export const writeServiceFiles = (
  place: JobPlace,
  { labels, template }: ServiceFiles,
  ports: Pick<Ports, 'config' | 'objects'>,
): readonly Promise<unknown>[] => [
  writeFile(labelCategoriesKey(place, ports), labelCategoriesFile(labels), ports),
  writeFile(templateKey(place, ports), template, ports),
]

/**
 * Returns the label category configuration file. Pure.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-label-cat-config-attributes.html
 */
export const labelCategoriesFile = (labels: readonly string[]): string =>
  `${JSON.stringify({ 'document-version': '2018-11-28', labels: labels.map((label) => ({ label })) }, null, 1)}\n`
