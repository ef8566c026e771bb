import type { DatasetState, Registration } from '../../shared/contracts/dataset.ts'
import { registerDataset } from '../../shared/datasets/register/register.ts'
import { type MemoryPorts, memoryPorts } from '../fakes/ports.ts'
import { memoryObject } from '../fakes/world.ts'

export const HEADER =
  'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside'
export const PERSON = '/m/01g317'
const MAN = '/m/04yx4'
const WOMAN = '/m/03bt1vf'
const FACE = '/m/0dzct'
export const TIRE = '/m/0h9mv'

export const imageId = (number: number): string => number.toString(16).padStart(16, '0')
export const row = (image: string, classId: string): string =>
  `${image},freeform,${classId},1,0.1,0.9,0.2,0.8,0,0,0,0,0`
export const csvOf = (...rows: string[]): string => `${[HEADER, ...rows].join('\n')}\n`

/** Four images: two of Person, of which one has a Man and a Woman; a tire in two. */
export const CSV = csvOf(
  row(imageId(1), TIRE),
  row(imageId(2), MAN),
  row(imageId(2), WOMAN),
  row(imageId(2), TIRE),
  row(imageId(3), FACE),
  row(imageId(0xf4), PERSON),
)

const NAMES = [
  [PERSON, 'Person'],
  [MAN, 'Man'],
  [WOMAN, 'Woman'],
  [FACE, 'Human face'],
  [TIRE, 'Tire'],
]
const HIERARCHY = {
  LabelName: '/m/0bl9f',
  Subcategory: [
    { LabelName: PERSON, Subcategory: [{ LabelName: MAN }, { LabelName: WOMAN }], Part: [{ LabelName: FACE }] },
    { LabelName: TIRE },
  ],
}

const SOURCE_FILES = {
  'boxes.csv': CSV,
  'names.csv': NAMES.map((fields) => `${fields.join(',')}\n`).join(''),
  'hierarchy.json': JSON.stringify(HIERARCHY),
  'images.csv': 'ImageID,License\n',
}
export type SourceFile = keyof typeof SOURCE_FILES

export const REGISTRATION: Registration = {
  title: 'A small dataset',
  sources: {
    annotations: 's3://other/boxes.csv',
    classDescriptions: 's3://other/names.csv',
    hierarchy: 's3://other/hierarchy.json',
    images: 's3://other/images.csv',
  },
  imageLocation: 's3://open-images-dataset/test/{imageId}.jpg',
  skipImages: [],
}

/** A small dataset that is registered as `small`, with its sources in a bucket of their own. */
export async function smallDataset(
  changes: Partial<Record<SourceFile, string | Uint8Array>> = {},
  registration = REGISTRATION,
): Promise<MemoryPorts> {
  const ports = memoryPorts()
  putSources(ports, { ...SOURCE_FILES, ...changes })
  await registerDataset('small', registration, { validateOnly: false }, ports)
  return ports
}

/** Puts sources where the registration looks for them. */
export function putSources({ world }: MemoryPorts, files: Partial<Record<SourceFile, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) world.stored.set(`s3://other/${name}`, memoryObject(content))
}

/** Keys in the working bucket, without the dataset's folder. */
export const keysOf = ({ world }: MemoryPorts): string[] =>
  [...world.stored.keys()]
    .filter((uri) => uri.startsWith('s3://work/'))
    .map((uri) => uri.replace('s3://work/data/raw/small/', ''))
    .sort()

/** A stored object's text. */
export const textAt = ({ world }: MemoryPorts, key: string): string =>
  Buffer.from(world.stored.get(`s3://work/data/raw/small/${key}`)?.bytes ?? '').toString('utf8')

/** The dataset as it stands, read without a request. */
export const stateOf = (ports: MemoryPorts): DatasetState & { nonce?: string } =>
  JSON.parse(textAt(ports, 'dataset.json'))

/** Events sent so far. */
export const eventsOf = ({ world }: MemoryPorts): { id: string; type: string; data: Record<string, unknown> }[] =>
  world.sent.events as { id: string; type: string; data: Record<string, unknown> }[] // what our own fake was given

/** An image list of 8 MiB, which is imported in two parts; its lines are long, as few are soon read. */
export const LARGE_IMAGE_LIST = `ImageID\n${`${'x'.repeat(1023)}\n`.repeat(8 << 10)}`
