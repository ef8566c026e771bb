import type { BatchView } from '../../contracts/batch.ts'

/** Returns why a batch cannot be labeled now, and what to do about it; undefined where it can. Pure. */
export function findBatchIssue(
  batch: string,
  status: BatchView['state'] | undefined,
  problem = 'its images could not be selected',
): string | undefined {
  switch (status) {
    case undefined:
      return `must be an existing batch: there is no "${batch}"; PUT /v1/batches/${batch} creates it`
    case 'selecting':
      return `must be copied: the images of "${batch}" are being selected; wait, then POST /v1/batches/${batch}/copy`
    case 'selected':
      return `must be copied: POST /v1/batches/${batch}/copy copies "${batch}"`
    case 'copying':
      return `must be copied: "${batch}" is being copied; GET /v1/batches/${batch}/copy shows the progress`
    case 'failed':
      return `must be copied: "${batch}" has failed: ${problem}`
    case 'deleting':
      return `must be an existing batch: "${batch}" is being deleted`
    default:
      return undefined
  }
}
