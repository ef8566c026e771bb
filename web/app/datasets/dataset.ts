import type { DatasetView } from '../../../shared/contracts/dataset.ts'
import type { Tone } from '../frame/tone.ts'

/** A dataset in a list. */
export type DatasetItem = Omit<DatasetView, 'skipImages'>

const STATES: Readonly<Record<DatasetView['state'], readonly [Tone, string]>> = {
  registered: ['rest', 'Not imported yet'],
  importing: ['busy', 'Importing'],
  ready: ['good', 'Ready'],
  failed: ['bad', 'Import failed'],
  deleting: ['busy', 'Being deleted'],
}

/** Says in words what state a dataset is in. States may be added, so others are shown as they are. Pure. */
export const describeState = (state: string): readonly [Tone, string] =>
  STATES[state as DatasetView['state']] ?? ['rest', state]

/** Returns the share of the running step of an import that is done, from 0 to 1. Pure. */
export const toImportShare = ({ bytes, totalBytes }: NonNullable<DatasetView['progress']>): number =>
  totalBytes === 0 ? 0 : bytes / totalBytes

/** Preview of an import, of `POST …/import?validateOnly=true`. */
export interface ImportPreview {
  /** `bytes` is absent where the server of the file does not say. */
  readonly files: readonly { readonly uri: string; readonly bytes?: number | undefined }[]
  readonly totalBytes: number
  readonly messages: number
  readonly requests: number
}
