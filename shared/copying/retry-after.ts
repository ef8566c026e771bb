import { countChunks } from './estimate.ts'

/** A poll of a running round reads every receipt so far, so clients wait a second longer per so many receipts. */
const RECEIPTS_PER_SECOND = 100

/** Returns the `Retry-After` of a running copy of so many images, in seconds: 1, and more from 100 chunks on. Pure. */
export const retryAfterSeconds = (images: number): number =>
  Math.max(1, Math.ceil(countChunks(images) / RECEIPTS_PER_SECOND))
