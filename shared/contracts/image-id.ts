import * as z from 'zod'

/** An Open Images image id, such as `000026e7ee790996`. */
export const IMAGE_ID = /^[0-9a-f]{16}$/
export const IMAGE_ID_BYTES = 16

export const ImageId = z
  .string()
  .regex(IMAGE_ID, 'must be an image id: 16 digits and letters a to f')
  .meta({ minLength: IMAGE_ID_BYTES, maxLength: IMAGE_ID_BYTES, description: 'Id of the image' })
