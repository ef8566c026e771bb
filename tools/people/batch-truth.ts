import * as z from 'zod'
import { pageSchema } from '../../shared/contracts/page.ts'
import type { Send } from './send.ts'
import type { Truth } from './truth.ts'

/** What somebody must know of an image of a batch. Coordinates are shares of the image, 0 to 1. */
const KnownImage = z.object({
  imageId: z.string(),
  boxes: z.array(
    z.object({ className: z.string(), xMin: z.number(), xMax: z.number(), yMin: z.number(), yMax: z.number() }),
  ),
})
type KnownImage = z.infer<typeof KnownImage>

const Page = pageSchema(KnownImage)

/**
 * Reads the boxes that Open Images has for a batch. Images are recognized by the file name in their link.
 * @param token with the scope `read`
 * @throws Error when the batch cannot be read
 */
export async function readBatchTruth(batch: string, token: string | undefined, send: Send): Promise<Truth> {
  const images = new Map<string, KnownImage>()
  let cursor: string | undefined
  do {
    const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const path = `/v1/batches/${batch}/images?limit=1000${query}`
    const { status, json } = await send({ method: 'GET', path, token })
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(json)}`)
    const page = Page.parse(json)
    for (const image of page.items) images.set(image.imageId, image)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return ({ image, width, height }) =>
    images.get(findImageId(image))?.boxes.map(({ className, xMin, xMax, yMin, yMax }) => ({
      className,
      left: xMin * width,
      top: yMin * height,
      width: (xMax - xMin) * width,
      height: (yMax - yMin) * height,
    }))
}

const findImageId = (link: string): string => /([^/]+)\.\w+$/.exec(new URL(link).pathname)?.[1] ?? ''
