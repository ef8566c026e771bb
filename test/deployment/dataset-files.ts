import { cats, DOG, imageId, jpeg, row } from '../support/fixtures/pets.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { DeployedWorld } from './deployed-world.ts'

const HEADER =
  'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside'
const CAT = '/m/01yrx'
const WEB = 'https://example.org'
/** Rows of an image list that take more than one part of an upload, that is 8 MiB. */
const MANY_FACTS = `${'f'.repeat(16)},https://licence/by,${'Ann '.repeat(20)},0.0\n`.repeat(80_000)

/** A dataset of `count` images with cats, and a dog in the last. */
export interface Pictures {
  readonly count: number
  /** 1 by default. */
  readonly boxesEach?: number
  /** Bucket and folder of all files. */
  readonly at?: string
  /** Whether the image list on the web is so long that it takes several parts. */
  readonly longList?: boolean
  readonly brokenHierarchy?: boolean
}

/** Puts the files of a dataset and returns its registration. */
export function putDatasetFiles({ world }: DeployedWorld, pictures: Pictures) {
  const { count, boxesEach = 1, at = 's3://open-images-dataset/pets', longList, brokenHierarchy } = pictures
  const put = (name: string, text: string) => world.stored.set(`${at}/${name}`, memoryObject(text))
  const rows = cats(count).flatMap((line) => Array<string>(boxesEach).fill(line))
  put('boxes.csv', `${[HEADER, ...rows, row(count, DOG)].join('\n')}\n`)
  put('names.csv', `${CAT},Cat\n${DOG},Dog\n`)
  put('hierarchy.json', brokenHierarchy ? '{' : JSON.stringify({ LabelName: '/m/0bl9f', Subcategory: [] }))
  for (let number = 1; number <= count; number++)
    world.stored.set(`${at}/${imageId(number)}.jpg`, memoryObject(jpeg(400, 200), 'image/jpeg'))
  const list = `ImageID,License,Author,Rotation\n${imageId(1)},https://licence/by,Ann,0.0\n${longList ? MANY_FACTS : ''}`
  world.web.set(`${WEB}/images.csv`, { bytes: Buffer.from(list), etag: undefined, ranges: false })
  return {
    title: 'Pets',
    sources: {
      annotations: `${at}/boxes.csv`,
      classDescriptions: `${at}/names.csv`,
      boxableClassDescriptions: `${at}/names.csv`,
      hierarchy: `${at}/hierarchy.json`,
      images: `${WEB}/images.csv`,
    },
    imageLocation: `${at}/{imageId}.jpg`,
  }
}
