import { getBatch } from '../../shared/batches/record/store.ts'
import { toBatchView } from '../../shared/batches/view.ts'
import { BatchRequest, type BatchView } from '../../shared/contracts/batch.ts'
import { listImages } from '../../shared/copying/list-images.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

/** Returns a request for two images of cats, with some fields changed. */
export const catRequest = (changes: Partial<Record<keyof BatchRequest, unknown>> = {}): BatchRequest =>
  BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 2, ...changes })

/** A request for so many images that a worker chooses them. */
export const LARGE_REQUEST = catRequest({ examplesPerClass: 2001 })

/** Reads a batch as the API shows it. */
export const readBatch = async (batch: string, ports: MemoryPorts): Promise<BatchView> =>
  toBatchView(batch, (await getBatch(batch, ports)).value, ports)

/** Lists the ids of a batch's images, in batch order. */
export const listImageIds = async (batch: string, ports: MemoryPorts): Promise<string[]> =>
  (await listImages(batch, { limit: 1000 }, ports)).items.map((image) => image.imageId)
