import { Registration } from '../../shared/contracts/dataset.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { registerDataset } from '../../shared/datasets/register/register.ts'
import { drain } from '../fakes/drain.ts'
import { type MemoryPorts, memoryPorts } from '../fakes/ports.ts'
import { emptyWorld, memoryObject, type World } from '../fakes/world.ts'

export const CAT = '/m/01yrx'
export const DOG = '/m/0bt9lr'
const ANIMAL = '/m/0jbk'

const HEADER =
  'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside'
const HIERARCHY = {
  LabelName: '/m/0bl9f',
  Subcategory: [{ LabelName: ANIMAL, Subcategory: [{ LabelName: CAT }, { LabelName: DOG }] }],
}

/** The id of image number `number`. */
export const imageId = (number: number): string => number.toString(16).padStart(16, '0')

export const sourceOf = (number: number): string => `s3://open-images-dataset/pets/${imageId(number)}.jpg`
export const copyOf = (batch: string, number: number): string => `s3://work/data/${batch}/images/${imageId(number)}.jpg`

/** A row of the box CSV: a box of the class from 0.25 to 0.75 both ways. */
export const row = (number: number, classId: string, flags = '0,0,0,0,0'): string =>
  `${imageId(number)},xclick,${classId},1,0.25,0.75,0.25,0.75,${flags}`

/** Rows of images that hold a cat each, numbered from 1. */
export const cats = (count: number): string[] => Array.from({ length: count }, (_, index) => row(index + 1, CAT))

/**
 * A JPEG's header, as far as a reader of its size looks.
 * @param padding bytes of other segments before the size is told
 */
export function jpeg(width: number, height: number, padding = 0): Uint8Array {
  const segments: Buffer[] = []
  for (let left = padding; left > 0; left -= 60_000) {
    const segment = Buffer.alloc(Math.min(left, 60_000) + 4)
    segment.writeUInt16BE(0xffe2, 0)
    segment.writeUInt16BE(segment.length - 2, 2)
    segments.push(segment)
  }
  const frame = Buffer.from('ffc00011080000000003011100021101031101', 'hex')
  frame.writeUInt16BE(height, 5)
  frame.writeUInt16BE(width, 7)
  const jfif = Buffer.from('ffe000104a46494600010100000100010000', 'hex')
  return Buffer.concat([Buffer.from('ffd8', 'hex'), jfif, ...segments, frame, Buffer.from('ffd9', 'hex')])
}

const registration = Registration.parse({
  title: 'Pets',
  sources: {
    annotations: 's3://other/pets.csv',
    classDescriptions: 's3://other/classes.csv',
    hierarchy: 's3://other/hierarchy.json',
    images: 's3://other/images.csv',
  },
  imageLocation: 's3://open-images-dataset/pets/{imageId}.jpg',
})

let worlds = 0

/**
 * A world whose dataset `pets` is imported by the calls that everybody uses, with a JPEG of 400 by 200 pixels for every
 * image. Classes are Cat and Dog, both below Animal.
 */
export async function petsWorld(rows: readonly string[]): Promise<World> {
  const world = emptyWorld()
  // What was read of an import is kept by its id, so no two worlds of a process may give the same.
  worlds += 1
  world.ids = worlds * 1_000_000
  putAnnotations(world, rows)
  world.stored.set('s3://other/classes.csv', memoryObject(`${CAT},Cat\n${DOG},Dog\n${ANIMAL},Animal\n`))
  world.stored.set('s3://other/hierarchy.json', memoryObject(JSON.stringify(HIERARCHY)))
  const numbers = new Set(rows.map((line) => Number.parseInt(line.slice(0, 16), 16)))
  const facts = [...numbers].map((number) => `${imageId(number)},https://licence/by,"Ann, ${number}",90.0`)
  world.stored.set('s3://other/images.csv', memoryObject(`ImageID,License,Author,Rotation\n${facts.join('\n')}\n`))
  for (const number of numbers) world.stored.set(sourceOf(number), memoryObject(jpegOf(number), 'image/jpeg'))
  await importPets(world)
  return world
}

/** A picture of its own for each number. */
const jpegOf = (number: number): Uint8Array => Buffer.concat([jpeg(400, 200), Buffer.from(String(number))])

export const putAnnotations = (world: World, rows: readonly string[]): void =>
  void world.stored.set('s3://other/pets.csv', memoryObject(`${HEADER}\n${rows.join('\n')}\n`))

/** Imports the dataset as its files now are. */
export async function importPets(world: World): Promise<void> {
  const ports = memoryPorts({ world })
  await registerDataset('pets', registration, { validateOnly: false }, ports)
  await startImport('pets', ports)
  await drain(ports)
  world.sent.events.splice(0)
  world.calls.splice(0)
}

/** A world as it stands, to go on from as often as one likes. */
export const sameWorld = (world: World): World => ({
  ...emptyWorld(),
  stored: new Map(world.stored),
  denied: new Set(world.denied),
  web: new Map(world.web),
  receivers: new Map(world.receivers),
  corsRules: world.corsRules,
  labeling: {
    ...world.labeling,
    jobs: new Map(world.labeling.jobs),
    requests: [...world.labeling.requests],
    teams: [...world.labeling.teams],
  },
  ids: world.ids,
  now: world.now,
})

export const petsPorts = async (rows: readonly string[]): Promise<MemoryPorts> =>
  memoryPorts({ world: await petsWorld(rows) })

/** Keys of the working bucket within a batch's folder. */
export const keysOf = (batch: string, { stored }: World): string[] => {
  const folder = `s3://work/data/${batch}/`
  const uris = [...stored.keys()].filter((uri) => uri.startsWith(folder))
  return uris.map((uri) => uri.slice(folder.length)).sort()
}
