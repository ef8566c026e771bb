import * as z from 'zod'

const Pixels = z.number().describe('In pixels of the image as stored, not rounded')

/** A box that is shown to a worker, or that a worker drew. */
export const TaskBox = z
  .object({
    className: z.string().describe('Display name of the class'),
    left: Pixels,
    top: Pixels,
    width: Pixels.min(0),
    height: Pixels.min(0),
  })
  .meta({ id: 'TaskBox', description: 'A box in pixels of the image as stored, origin top left.' })
