import { closeSync, openSync, writeSync } from 'node:fs'
import { seededRandom } from '../../local/seeded-random.ts'
import { COMMA, LF } from '../../shared/platform/storage/ascii.ts'
import { createWeightedDraw, drawCount } from './random.ts'
import { classShares, EDGE_SHARES, FLAG_SHARES, SPLITS, type SplitName } from './shares.ts'

/** The parameters that determine a generated box file, byte for byte. */
export interface AnnotationsPlan {
  readonly split: SplitName
  readonly rows: number
  readonly seed: number
}

const HEADER = `ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,${Object.keys(FLAG_SHARES).join(',')}\n`
const BLOCK_BYTES = 4 << 20
const MAX_ROW_BYTES = 200
const DIGIT = 0x30
const MILLION = 1_000_000

/** Writes a box CSV in the format of V4: sorted by image id, with the rows of an image grouped by class. */
export function writeAnnotations(path: string, plan: AnnotationsPlan): void {
  const file = openSync(path, 'w')
  try {
    for (const block of generateAnnotations(plan)) writeSync(file, block)
  } finally {
    closeSync(file)
  }
}

/** Returns the number of images in the generated file. */
export const countImages = ({ split, rows }: AnnotationsPlan): number => Math.round(rows / SPLITS[split].boxesPerImage)

/** Yields the file in blocks. The buffer of a block is reused for the next one. */
export function* generateAnnotations(plan: AnnotationsPlan): Generator<Uint8Array> {
  const random = seededRandom(plan.seed)
  const shares = classShares()
  const drawClass = createWeightedDraw(
    shares.map(({ images }) => images),
    random,
  )
  const drawn = shares.reduce((sum, { images }) => sum + images, 0)
  const boxesEachClass = shares.reduce((sum, { images, boxesEach }) => sum + images * boxesEach, 0) / drawn
  const classIds = shares.map(({ classId }) => Buffer.from(`,${classId},1,`, 'latin1'))
  const writer = createRowWriter(plan, random)
  const images = countImages(plan)
  yield Buffer.from(HEADER)
  let left = plan.rows
  for (let image = 0; image < images; image++) {
    const imagesBehind = images - image - 1
    const meanLeft = left / (imagesBehind + 1)
    let free = left - imagesBehind
    writer.beginImage(image / images)
    const boxes = new Map<number, number>()
    // The last image takes all remaining rows, so that the file has exactly the planned number of rows.
    const classes = imagesBehind === 0 ? Number.POSITIVE_INFINITY : drawCount(meanLeft / boxesEachClass, random)
    for (let drawnClasses = 0; drawnClasses < classes && free > 0; drawnClasses++) {
      const number = drawClass()
      const count = Math.min(free, drawCount(shares[number]?.boxesEach ?? 1, random))
      boxes.set(number, (boxes.get(number) ?? 0) + count)
      free -= count
      left -= count
    }
    for (const [number, count] of [...boxes].sort(([one], [other]) => one - other))
      for (let box = 0; box < count; box++) {
        if (writer.isFull()) yield writer.flush()
        writer.row(classIds[number] ?? Buffer.alloc(0))
      }
  }
  yield writer.flush()
}

function createRowWriter({ split, rows }: AnnotationsPlan, random: () => number) {
  const block = Buffer.alloc(BLOCK_BYTES)
  const names = Object.keys(SPLITS[split].sources).map((name) => Buffer.from(`,${name}`, 'latin1'))
  const drawSource = createWeightedDraw(Object.values(SPLITS[split].sources), random)
  const flags = Object.values(FLAG_SHARES)
  const step = 2 ** 32 / rows
  let at = 0
  let imageId = Buffer.alloc(16)

  const fraction = (millionths: number): void => {
    block[at] = DIGIT + Math.floor(millionths / MILLION)
    block[at + 1] = 0x2e
    let rest = millionths % MILLION
    for (let digit = 7; digit >= 2; digit--) {
      block[at + digit] = DIGIT + (rest % 10)
      rest = Math.floor(rest / 10)
    }
    block[at + 8] = COMMA
    at += 9
  }
  /** Writes both edges of a box along one axis. Small boxes are more frequent than large ones, as in the bundled rows. */
  const span = (low: number, high: number): void => {
    const length = Math.ceil(MILLION * random() ** 1.7)
    const free = MILLION - length
    const start = Math.floor(free * random())
    fraction(random() < low ? 0 : start)
    fraction(random() < high ? MILLION : start + length)
  }
  const put = (bytes: Uint8Array): void => {
    block.set(bytes, at)
    at += bytes.length
  }
  return {
    /** Starts an image. @param along position of the image in the file, 0 up to 1; ids ascend with it */
    beginImage: (along: number): void => {
      const high = Math.floor(along * 2 ** 32 + random() * step)
      const low = Math.floor(random() * 2 ** 32)
      const hex = high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
      imageId = Buffer.from(hex, 'latin1')
    },
    row: (classIdAndConfidence: Uint8Array): void => {
      put(imageId)
      put(names[drawSource()] ?? imageId)
      put(classIdAndConfidence)
      span(EDGE_SHARES.xMin, EDGE_SHARES.xMax)
      span(EDGE_SHARES.yMin, EDGE_SHARES.yMax)
      for (const share of flags) {
        block[at] = random() < share ? DIGIT + 1 : DIGIT
        block[at + 1] = COMMA
        at += 2
      }
      block[at - 1] = LF
    },
    isFull: (): boolean => at + MAX_ROW_BYTES > BLOCK_BYTES,
    flush: (): Uint8Array => {
      const full = block.subarray(0, at)
      at = 0
      return full
    },
  }
}
