import * as z from 'zod'
import { readAs, UnreadableLineError } from './unreadable-line.ts'

/** A box as a manifest has it: pixels, fractions allowed, origin top left; it may reach over the image's edge. */
const OutputBox = z
  .object({
    className: z.string().optional().describe("Absent where the line's class map does not know the number"),
    classId: z.int().describe("The class's place in the job's label file, from 0"),
    left: z.number(),
    top: z.number(),
    width: z.number(),
    height: z.number(),
    confidence: z.number().optional().describe('0 to 1; comparable within one job only, and no probability'),
  })
  .meta({
    id: 'LabeledBox',
    description: 'A box as workers drew it: in pixels, origin top left; it may reach over the edge of the image.',
  })
type OutputBox = z.infer<typeof OutputBox>

/** What is told of the boxes of an image; no box at all is an answer too, that there is nothing to be seen. */
export const Boxes = z.object({
  boxes: z.array(OutputBox),
  imageSize: z
    .object({ width: z.number(), height: z.number(), depth: z.number().optional() })
    .optional()
    .describe('In pixels'),
})
type Boxes = z.infer<typeof Boxes>

/** The service's limit; many boxes may name one class, so that a long name would be told thousands of times. */
const MOST_NAME_CHARACTERS = 256
const ClassName = z
  .string()
  .refine((name) => [...name].length <= MOST_NAME_CHARACTERS, `has more than ${MOST_NAME_CHARACTERS} characters`)

const Side = z.number().positive('must be more than 0')
const Size = z.object({ width: Side, height: Side, depth: z.number().nullish() })

const Value = z.object({
  annotations: z.array(
    z.object({
      class_id: z.int().min(0),
      left: z.number(),
      top: z.number(),
      width: z.number().min(0),
      height: z.number().min(0),
    }),
  ),
  image_size: z.array(Size).max(1).nullish(),
})

const Metadata = z.object({
  objects: z.array(z.object({ confidence: z.number().nullish() })).nullish(),
  'class-map': z.record(z.string(), ClassName, 'must be an object').nullish(),
})

/**
 * The boxes of a label.
 * @param attribute what the label is called, for the reason
 * @throws UnreadableLine
 */
export function readBoxes(value: unknown, metadata: unknown, attribute: string): Boxes {
  const { annotations, image_size } = readAs(Value, value, attribute)
  const { objects, 'class-map': classMap } = readAs(Metadata, metadata, `${attribute}-metadata`)
  if (objects && objects.length > annotations.length)
    throw new UnreadableLineError(
      `${attribute}-metadata.objects is longer (${objects.length}) than annotations (${annotations.length})`,
    )
  const names = new Map(Object.entries(classMap ?? {}))
  const boxes = annotations.map(({ class_id: classId, ...corners }, index): OutputBox => {
    const className = names.get(String(classId))
    const confidence = objects?.[index]?.confidence ?? undefined
    return {
      ...(className !== undefined && { className }),
      classId,
      ...corners,
      ...(confidence !== undefined && { confidence }),
    }
  })
  return { boxes, ...imageSizeOf(image_size?.[0]) }
}

function imageSizeOf(size: z.infer<typeof Size> | undefined): Pick<Boxes, 'imageSize'> {
  if (!size) return {}
  const { depth, ...plane } = size
  return { imageSize: { ...plane, ...(typeof depth === 'number' && { depth }) } }
}
