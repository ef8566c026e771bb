import * as z from 'zod'
import type { Ports } from '../ports.ts'
import { StoredProblem } from './dataset.ts'
import { type ImportSubject, importFolder } from './import-files.ts'

/** What a slice of the rows holds, or what is wrong with it. */
export const SliceReceipt = z.object({
  lines: z.int(),
  /** Boxes of each class id. */
  boxes: z.record(z.string(), z.int()),
  /** Where the packed images of each first digit begin in the slice's part, and its classes. */
  offsets: z.array(z.int()),
  classIds: z.array(z.string()),
  fault: z.object({ line: z.int(), byte: z.int(), message: z.string() }).optional(),
  problem: StoredProblem.optional(),
})
export type SliceReceipt = z.infer<typeof SliceReceipt>

/** Where a slice's packed images are: beside the receipts that say how to read them, for as long as these. */
export const packedImagesKey = (subject: ImportSubject, slice: number, ports: Pick<Ports, 'config'>): string =>
  `${importFolder(subject, ports)}rounds/images/${slice}`
