import * as z from 'zod'
import type { PackedImages } from '../../open-images/packed-images.ts'
import type { Ports } from '../../platform/ports.ts'
import { ProblemState } from '../../platform/state/common-states.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../../platform/state/stored-schema.ts'
import { hashBlock } from '../../platform/storage/content-hash.ts'
import { type ImportSubject, importFolder } from './import-files.ts'
import { SliceFile } from './slice-file.ts'

/** Receipt of a slice of rows of the box file or the image list: its counts, or what is wrong with it. */
const SliceReceipt = storedObject({
  /** The file. An older version, which did not say, checked the rows of the box file only. */
  source: storedEnum(['annotations', 'images']).optional(),
  /** Offset of its first row, in a slice of the image list. */
  from: z.int().optional(),
  lines: z.int(),
  /** Rows of the image list, whose rows may have several lines. */
  rows: z.int().optional(),
  /**
   * By class number in the slice. `images` counts runs: an image with scattered rows counts several times. `firstLine` is
   * the line of the slice, from 0, with the first row of the class; an older version did not say.
   */
  classes: z.array(
    storedObject({ classId: z.string(), boxes: z.int(), images: z.int(), firstLine: z.int().optional() }),
  ),
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

/** Hashes the packed images of each first digit. Pure. */
export const hashDigits = ({ bytes, offsets }: PackedImages): string[] =>
  offsets.slice(0, -1).map((offset, digit) => hashBlock(bytes.subarray(offset, offsets[digit + 1])))
