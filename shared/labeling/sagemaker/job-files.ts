import { batchFolder } from '../../batches/record/store.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Ports } from '../../platform/ports.ts'
import { storeStream } from '../../platform/storage/multipart.ts'
import type { CorsRule } from '../../platform/storage/ports.ts'
import { writeFile } from '../../platform/storage/stored-file.ts'

type Configured = Pick<Ports, 'config'>

/** The two names that decide where the files of a job are. */
export interface JobPlace {
  readonly job: string
  readonly batch: string
}

/**
 * Returns the folder of the files that the service reads. They are written once for each job, so neither another job nor
 * a new manifest of the batch changes them.
 */
export const jobFolder = ({ job, batch }: JobPlace, ports: Configured): string =>
  `${batchFolder(batch, ports)}manifests/${job}/`

export const inputManifestKey = (place: JobPlace, ports: Configured): string =>
  `${jobFolder(place, ports)}input.manifest`
export const labelCategoriesKey = (place: JobPlace, ports: Configured): string =>
  `${jobFolder(place, ports)}label-categories.json`
export const templateKey = (place: JobPlace, ports: Configured): string =>
  `${jobFolder(place, ports)}template.liquid.html`

/** Returns the keys of all files that are written for a job. */
export const jobFileKeys = (place: JobPlace, ports: Configured): readonly string[] => [
  inputManifestKey(place, ports),
  labelCategoriesKey(place, ports),
  templateKey(place, ports),
]

/**
 * Returns the URI below which the service writes: it appends the name of the job. The URI has no trailing slash, which
 * would become an empty folder name.
 */
export const outputUri = ({ batch }: JobPlace, ports: Configured): string =>
  toS3Uri(batchFolder(batch, ports), ports).slice(0, -1)

/** Returns the key at which the service is expected to write the output manifest. */
export const outputManifestKey = ({ job, batch }: JobPlace, ports: Configured): string =>
  `${batchFolder(batch, ports)}${job}/manifests/output/output.manifest`

/**
 * Returns the key of the output manifest: the one that the service reports if it is in the folder of the batch, otherwise
 * the expected one.
 */
export function outputKey(place: JobPlace, reportedUri: string | undefined, ports: Configured): string {
  const isInBatch = reportedUri?.startsWith(toS3Uri(batchFolder(place.batch, ports), ports))
  return reportedUri !== undefined && isInBatch
    ? reportedUri.slice(toS3Uri('', ports).length)
    : outputManifestKey(place, ports)
}

/** The contents of the files that the service reads. */
export interface JobFiles {
  /** Lines of the input manifest, without line ends. */
  readonly lines: AsyncIterable<string>
  readonly labels: readonly string[]
  /** The page that workers see. */
  readonly template: string
}

/**
 * Writes the files that the service reads, side by side. When one fails, the others are written or have failed too: a
 * caller that cleans up then finds all of them. Holds two parts of the manifest.
 */
export async function writeJobFiles(
  place: JobPlace,
  { lines, labels, template }: JobFiles,
  ports: Pick<Ports, 'config' | 'objects' | 'uploads'>,
): Promise<void> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const line of lines) yield Buffer.from(`${line}\n`)
  }
  const written = await Promise.allSettled([
    storeStream(inputManifestKey(place, ports), bytes(), ports),
    writeFile(labelCategoriesKey(place, ports), labelCategoriesFile(labels), ports),
    writeFile(templateKey(place, ports), template, ports),
  ])
  for (const one of written) if (one.status === 'rejected') throw one.reason
}

/**
 * Returns the label category configuration file. Pure.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-label-cat-config-attributes.html
 */
export const labelCategoriesFile = (labels: readonly string[]): string =>
  `${JSON.stringify({ 'document-version': '2018-11-28', labels: labels.map((label) => ({ label })) }, null, 1)}\n`

/**
 * The CORS rule that labeling pages need to show images in their stored orientation.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-cors-update.html
 */
const LABELING_RULE: CorsRule = {
  origins: ['*'],
  methods: ['GET'],
  headers: [],
  exposed: ['Access-Control-Allow-Origin'],
}

/** Whether these CORS rules let labeling pages show images. S3 applies only the first rule that matches. Pure. */
export function allowsLabelingPages(rules: readonly CorsRule[]): boolean {
  const first = rules.find(({ origins, methods }) => origins.includes('*') && methods.includes('GET'))
  return first?.exposed.some((header) => header.toLowerCase() === 'access-control-allow-origin') ?? false
}

/** Adds the CORS rule of labeling pages to the working bucket if it is missing. Existing rules are kept. */
export async function ensureLabelingCors({ bucket, log }: Pick<Ports, 'bucket' | 'log'>): Promise<void> {
  const rules = await bucket.corsRules()
  if (allowsLabelingPages(rules)) return
  // The rule comes first because S3 applies only the first rule that matches.
  await bucket.setCorsRules([LABELING_RULE, ...rules])
  log.info('cors_rule.added')
}
