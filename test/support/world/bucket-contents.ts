import type { World } from './world.ts'

/** The working bucket. This file reads it without the code under test. */
export const ROOT = 's3://work/'

/** Returns a stored object as text; undefined when there is none. */
export const textAt = ({ stored }: World, key: string): string | undefined => {
  const bytes = stored.get(ROOT + key)?.bytes
  return bytes && Buffer.from(bytes).toString('utf8')
}

/** Returns a stored object as JSON; null when there is none. */
// biome-ignore lint/suspicious/noExplicitAny: tests read objects of every shape
export const jsonAt = (world: World, key: string): any => JSON.parse(textAt(world, key) ?? 'null')

/** Returns the key of a batch's image list, as its record names it. */
export const imageListKeyAt = (world: World, batch: string): string =>
  `data/${batch}/${jsonAt(world, `data/${batch}/batch.json`)?.selection?.list?.name ?? 'images.jsonl'}`

/** Whether this is the key of an image list. */
export const isImageList = (key: string): boolean => /\/images-[^/]+\.jsonl$/.test(key)

/** Lists the keys under a prefix, without the prefix, sorted. */
export const keysUnder = ({ stored }: World, prefix: string): string[] =>
  [...stored.keys()]
    .filter((uri) => uri.startsWith(ROOT + prefix))
    .map((uri) => uri.slice(ROOT.length + prefix.length))
    .sort()

/** A round as it is stored. */
export interface StoredRound {
  readonly round: number
  readonly endKey: string
  readonly chunks: readonly number[]
  // biome-ignore lint/suspicious/noExplicitAny: as jsonAt
  readonly receipts: ReadonlyMap<number, any>
  // biome-ignore lint/suspicious/noExplicitAny: as jsonAt
  readonly end: any
}

/** Returns all rounds in a folder like `data/b/copies/<id>`, in order. */
export function roundsAt(world: World, folder: string): StoredRound[] {
  const keys = keysUnder(world, `${folder}/`)
  const numbers = new Set(keys.map((key) => Number.parseInt(key, 10)))
  return [...numbers]
    .sort((left, right) => left - right)
    .map((round) => {
      const receipts = keys.flatMap((key) => {
        const [, chunk] = new RegExp(`^${round}/(\\d+)\\.json$`).exec(key) ?? []
        return chunk === undefined ? [] : [[Number(chunk), jsonAt(world, `${folder}/${key}`)] as const]
      })
      const endKey = `${folder}/${round}.json`
      const chunks = jsonAt(world, `${folder}/${round}/start.json`)?.chunks ?? []
      return { round, endKey, chunks, receipts: new Map(receipts), end: jsonAt(world, endKey) }
    })
}

/** Lists objects outside a folder that were written or removed since `before`. */
export const touchedOutside = (world: World, before: World, folder: string): string[] =>
  changedObjects(world, before, (uri) => !uri.startsWith(ROOT + folder))

/** Lists objects in a folder that were written or removed since `before`. */
export const touchedIn = (world: World, before: World, folder: string): string[] =>
  changedObjects(world, before, (uri) => uri.startsWith(ROOT + folder))

const changedObjects = (world: World, before: World, where: (uri: string) => boolean): string[] =>
  [...new Set([...world.stored.keys(), ...before.stored.keys()])]
    .filter((uri) => where(uri) && world.stored.get(uri)?.etag !== before.stored.get(uri)?.etag)
    .map((uri) => `${uri} was changed`)

/** Lists open uploads that have parts. A crash while one is started leaves an empty upload, which costs nothing. */
export const openUploads = ({ uploads }: World): string[] =>
  [...uploads.open].flatMap(([name, parts]) => (parts.size > 0 ? [`${name} is an open upload`] : []))

/** Lists receipts and totals that were written more than once. */
export function madeTwice({ made }: World): string[] {
  const once = made.filter((uri) => /\/\d+\.json$/.test(uri))
  return once.filter((uri, at) => once.indexOf(uri) !== at).map((uri) => `${uri} was written twice`)
}
