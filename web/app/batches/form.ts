import type { BatchRequest } from '../../../shared/contracts/batch.ts'
import type { Flag } from '../../../shared/contracts/flags.ts'
import type { ApiCall } from '../frame/calls.ts'
import { toPath } from '../frame/calls.ts'

/** A batch as somebody fills it in. Numbers are as typed. */
export interface BatchForm {
  readonly name: string
  /** Until a name is typed, it follows from the classes and the number of the batch. */
  readonly isNameTyped: boolean
  readonly dataset: string
  readonly classNames: readonly string[]
  readonly examplesPerClass: string
  readonly batchOffset: string
  readonly allocation: BatchRequest['allocation']
  readonly excludeFlags: readonly Flag[]
  readonly includeParts: boolean
  readonly run: 'select' | 'copy' | 'manifest'
  /** Whether the manifest has the boxes of Open Images. */
  readonly withBoxes: boolean
  /** Whether the manifest has author and license of each image. */
  readonly withProvenance: boolean
}

/** Changes of one field or several. */
export type BatchFormEvent = Partial<Omit<BatchForm, 'isNameTyped'>>

/** Where each field is in the request, as problems name it. */
export const BATCH_PLACES = {
  name: 'path.batch',
  dataset: 'body.dataset',
  classNames: 'body.classNames',
  examplesPerClass: 'body.examplesPerClass',
  batchOffset: 'body.batchOffset',
  allocation: 'body.allocation',
  excludeFlags: 'body.excludeFlags',
  includeParts: 'body.includeParts',
  run: 'body.run',
  withBoxes: 'body.manifest.boxes',
  withProvenance: 'body.manifest.provenance',
} as const satisfies Partial<Record<keyof BatchForm, string>>

export type BatchField = keyof typeof BATCH_PLACES

/** Returns the form as a page opens it. Pure. @param query of the address: `dataset`, and `class` once for each */
export const openBatchForm = (query: URLSearchParams): BatchForm =>
  reduceBatchForm(
    {
      name: '',
      isNameTyped: false,
      dataset: query.get('dataset') ?? '',
      classNames: [],
      examplesPerClass: '20',
      batchOffset: '0',
      allocation: 'disjoint',
      excludeFlags: [],
      includeParts: false,
      run: 'manifest',
      withBoxes: false,
      withProvenance: false,
    },
    { classNames: query.getAll('class') },
  )

/** Returns the form after a change. Pure. */
export function reduceBatchForm(form: BatchForm, event: BatchFormEvent): BatchForm {
  // Who empties the name gets a suggestion again, with the next change.
  if (event.name === '') return { ...form, ...event, isNameTyped: false }
  const next = { ...form, ...event, isNameTyped: form.isNameTyped || event.name !== undefined }
  // The classes of another dataset may have other names.
  if (event.dataset !== undefined && event.dataset !== form.dataset && form.dataset !== '') next.classNames = []
  return next.isNameTyped ? next : { ...next, name: suggestName(next) }
}

const MAX_SUGGESTED_CHARACTERS = 40

/** Suggests a name for a batch, such as `tire-plate-0`: names have letters, digits and hyphens only. Pure. */
function suggestName({ classNames, batchOffset }: Pick<BatchForm, 'classNames' | 'batchOffset'>): string {
  if (classNames.length === 0) return ''
  const words = classNames.map((name) =>
    name
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-'),
  )
  const text = words.join('-').replace(/-+/g, '-').slice(0, MAX_SUGGESTED_CHARACTERS).replace(/^-|-$/g, '')
  return text === '' ? '' : `${text}-${/^\d+$/.test(batchOffset) ? batchOffset : '0'}`
}

/** Returns the body of the request: without fields that have their default. Pure. */
export function toBatchBody(form: BatchForm): Partial<BatchRequest> {
  const { dataset, classNames, allocation, excludeFlags, includeParts, run, withBoxes, withProvenance } = form
  const batchOffset = toNumber(form.batchOffset)
  const hasManifest = run === 'manifest' && (withBoxes || withProvenance)
  return {
    dataset,
    classNames: [...classNames],
    ...optional('examplesPerClass', toNumber(form.examplesPerClass)),
    ...(batchOffset !== 0 && optional('batchOffset', batchOffset)),
    ...(allocation !== 'disjoint' && { allocation }),
    ...(excludeFlags.length > 0 && { excludeFlags: [...excludeFlags] }),
    ...(includeParts && { includeParts }),
    ...(run !== 'select' && { run }),
    ...(hasManifest && {
      // The API fills in the rest.
      manifest: {
        ...(withBoxes && { boxes: 'open-images' }),
        ...(withProvenance && { provenance: true }),
      } as BatchRequest['manifest'],
    }),
  }
}

/** Converts a typed number; what is none is left out of the request, so that the API says what is expected. Pure. */
export function toNumber(text: string): number | undefined {
  const value = Number(text)
  return text.trim() === '' || Number.isNaN(value) ? undefined : value
}

const optional = <Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> =>
  value === undefined ? {} : ({ [name]: value } as Record<Name, Value>)

/** Returns the call that creates the batch; undefined while there is nothing to ask the API about. Pure. */
export function toBatchCall(form: BatchForm): ApiCall | undefined {
  if (form.dataset === '' || form.classNames.length === 0 || form.name === '') return undefined
  return { method: 'PUT', path: toPath('batches', form.name), body: toBatchBody(form) }
}
