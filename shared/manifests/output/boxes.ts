import * as z from 'zod'
import { BoxOrigin } from './consolidation.ts'
import { readAs, UnreadableLineError } from './unreadable-line.ts'

/** A box of a manifest, in pixels from the top left corner. Fractions are allowed, and it may exceed the image. */
const OutputBox = z
  .object({
    className: z.string().optional().describe('Name of the class; absent when neither the line nor the job has it'),
    classIndex: z.int().min(0).describe('Index of the class in the label file of the job, from 0'),
    left: z.number().describe('Left edge in pixels; may lie outside the image'),
    top: z.number().describe('Upper edge in pixels; may lie outside the image'),
    width: z.number().min(0).describe('Width in pixels'),
    height: z.number().min(0).describe('Height in pixels'),
    confidence: z.number().optional().describe('0 to 1; comparable only within one job, and not a probability'),
    ...BoxOrigin.shape,
  })
  .meta({
    id: 'LabeledBox',
    description: 'A box that workers drew, in pixels from the top left corner. It may exceed the image.',
  })
type OutputBox = z.infer<typeof OutputBox>

/** The boxes of an image. An empty list is a label too: the image shows none of the objects. */
export const Boxes = z.object({
  boxes: z.array(OutputBox),
  imageSize: z
    .object({
      width: z.number().positive().describe('Width in pixels'),
      height: z.number().positive().describe('Height in pixels'),
      depth: z.number().optional().describe('Color channels: 3 for a color image'),
    })
    .optional()
    .describe('Size of the image in pixels'),
})
type Boxes = z.infer<typeof Boxes>

/** The limit of the service. Many boxes may have one class, so a long name would be repeated thousands of times. */
const MAX_NAME_CHARACTERS = 256
const ClassName = z
  .string()
  .refine((name) => [...name].length <= MAX_NAME_CHARACTERS, `has more than ${MAX_NAME_CHARACTERS} characters`)

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
 * Reads the boxes of a label. Pure.
 * @param attribute name of the label attribute, for the error message
 * @throws UnreadableLineError
 */
export function readBoxes(value: unknown, metadata: unknown, attribute: string): Boxes {
  const { annotations, image_size } = readAs(Value, value, attribute)
  const { objects, 'class-map': classMap } = readAs(Metadata, metadata, `${attribute}-metadata`)
  if (objects && objects.length > annotations.length)
    throw new UnreadableLineError(
      `${attribute}-metadata.objects is longer (${objects.length}) than annotations (${annotations.length})`,
    )
  const names = new Map(Object.entries(classMap ?? {}))
  const boxes = annotations.map(({ class_id: classIndex, ...corners }, index): OutputBox => {
    const className = names.get(String(classIndex))
    const confidence = objects?.[index]?.confidence ?? undefined
    return {
      ...(className !== undefined && { className }),
      classIndex,
      ...corners,
      ...(confidence !== undefined && { confidence }),
    }
  })
  return { boxes, ...toImageSize(image_size?.[0]) }
}

function toImageSize(size: z.infer<typeof Size> | undefined): Pick<Boxes, 'imageSize'> {
  if (!size) return {}
  const { depth, ...plane } = size
  return { imageSize: { ...plane, ...(typeof depth === 'number' && { depth }) } }
}
