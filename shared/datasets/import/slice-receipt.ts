import * as z from 'zod'
import type { Ports } from '../../platform/ports.ts'
import { ProblemState } from '../../platform/state/common-states.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedObject } from '../../platform/state/stored-schema.ts'
import { type ImportSubject, importFolder } from './import-files.ts'
import { sliceCuts } from './import-plan.ts'
import { SliceFile } from './slice-file.ts'

/** Receipt of a slice of rows: its counts, or what is wrong with it. */
const SliceReceipt = storedObject({
  lines: z.int(),
  /** By class number in the slice. `images` counts runs: an image with scattered rows counts several times. */
  classes: z.array(storedObject({ classId: z.string(), boxes: z.int(), images: z.int() })),
  /** Offsets of the packed images of each first digit in the slice's file. */
  offsets: z.array(z.int()),
  /** Whether its part of the index is stored. False if an image has too many rows for a record. */
  isListed: z.boolean(),
  /** Hexadecimal SHA-256 of the packed images of each first digit, and its part of the index. Absent in version 1. */
  digitHashes: z.array(z.string()).optional(),
  lists: SliceFile.optional(),
  fault: storedObject({ line: z.int(), byte: z.int(), message: z.string() }).optional(),
  problem: ProblemState.optional(),
})
export type SliceReceipt = z.infer<typeof SliceReceipt>

export const SLICE_RECEIPT = recordType('the receipt of a slice', SliceReceipt)

type Configured = Pick<Ports, 'config'>

/** Returns the key prefix of the slices' intermediate files, with the final slash. They are removed after the import. */
export const slicePartsFolder = (subject: ImportSubject, ports: Configured): string =>
  `${importFolder(subject, ports)}slices/`

/** Returns the key of a slice's packed images. Its receipt has the offsets. */
export const packedImagesKey = (subject: ImportSubject, slice: number, ports: Configured): string =>
  `${slicePartsFolder(subject, ports)}${slice}/images`

/** Returns the key of a slice's part of the index. */
export const sliceListsKey = (subject: ImportSubject, slice: number, ports: Configured): string =>
  `${slicePartsFolder(subject, ports)}${slice}/lists`

/** Lists the slices of a stored box CSV. Pure. */
export const listSlices = ({ bytes }: { readonly bytes: number }): number[] => [
  ...Array(sliceCuts(bytes).length - 1).keys(),
]
