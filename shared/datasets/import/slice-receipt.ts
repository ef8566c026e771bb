import * as z from 'zod'
import { StoredProblem } from '../../contracts/stored-problem.ts'
import type { Ports } from '../../platform/ports.ts'
import { type ImportSubject, importFolder } from './import-files.ts'

/** What a slice of the rows holds, or what is wrong with it. */
export const SliceReceipt = z.object({
  lines: z.int(),
  /** By the number that the class has in the slice. `images` counts one whose rows stand apart as often. */
  classes: z.array(z.object({ classId: z.string(), boxes: z.int(), images: z.int() })),
  /** Where the packed images of each first digit begin in the slice's part. */
  offsets: z.array(z.int()),
  /** Whether its part of the index is stored: not where an image has too many rows for a record. */
  isListed: z.boolean(),
  fault: z.object({ line: z.int(), byte: z.int(), message: z.string() }).optional(),
  problem: StoredProblem.optional(),
})
export type SliceReceipt = z.infer<typeof SliceReceipt>

type Configured = Pick<Ports, 'config'>

/** Where all slices keep what is no longer needed once they are counted and joined; ends in a slash. */
export const slicePartsFolder = (subject: ImportSubject, ports: Configured): string =>
  `${importFolder(subject, ports)}slices/`

/** A slice's packed images, as its receipt says how to read them. */
export const packedImagesKey = (subject: ImportSubject, slice: number, ports: Configured): string =>
  `${slicePartsFolder(subject, ports)}${slice}/images`

/** A slice's part of the index. */
export const sliceListsKey = (subject: ImportSubject, slice: number, ports: Configured): string =>
  `${slicePartsFolder(subject, ports)}${slice}/lists`
