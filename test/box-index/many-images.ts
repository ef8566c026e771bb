import { seededRandom } from '../../local/seeded-random.ts'
import { FLAGS } from '../../shared/contracts/flags.ts'

/** Classes, and the share of images that have each: from nearly all of them to nearly none. */
const SHARES: Readonly<Record<string, number>> = {
  '/m/0often': 0.9,
  '/m/0half': 0.5,
  '/m/0third': 0.33,
  '/m/0some': 0.1,
  '/m/0few': 0.02,
  '/m/0rare': 0.003,
}
export const CLASS_IDS: readonly string[] = Object.keys(SHARES)

const HEADER = `ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,${Object.values(FLAGS).join(',')}`

export const imageId = (number: number): string => (number + 1).toString(16).padStart(16, '0')

/** A box CSV in which images are many enough for lists of several pages; its rows stand together, image by image. */
export function manyImages(images: number, seed: number, lineEnd = '\n'): string {
  const random = seededRandom(seed)
  const flag = () => ['-1', '0', '1', '1'][Math.floor(random() * 4)]
  const lines = [HEADER]
  for (let image = 0; image < images; image++) {
    for (const [classId, share] of Object.entries(SHARES)) {
      if (random() >= share) continue
      for (let box = 0; box === 0 || random() < 0.2; box++)
        lines.push([imageId(image), 'xclick', classId, 1, 0.25, 0.5, 0, 1, flag(), flag(), 0, flag(), 0].join(','))
    }
  }
  return lines.join(lineEnd) + lineEnd
}
