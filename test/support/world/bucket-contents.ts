import type { World } from './world.ts'

/** The working bucket, looked at from outside: nothing here is read by the code that is tested. */
export const ROOT = 's3://work/'

/** A stored object as text; undefined when there is none. */
export const textAt = ({ stored }: World, key: string): string | undefined => {
  const bytes = stored.get(ROOT + key)?.bytes
  return bytes && Buffer.from(bytes).toString('utf8')
}

/** A stored object as what it says. */
// biome-ignore lint/suspicious/noExplicitAny: objects of every shape are looked into
export const jsonAt = (world: World, key: string): any => JSON.parse(textAt(world, key) ?? 'null')

/** Keys of the working bucket under a prefix, without it, sorted. */
export const keysUnder = ({ stored }: World, prefix: string): string[] =>
  [...stored.keys()]
    .filter((uri) => uri.startsWith(ROOT + prefix))
    .map((uri) => uri.slice(ROOT.length + prefix.length))
    .sort()

/** A round as it lies in the bucket. */
export interface StoredRound {
  readonly round: number
  readonly endKey: string
  readonly chunks: readonly number[]
  // biome-ignore lint/suspicious/noExplicitAny: as jsonAt
  readonly receipts: ReadonlyMap<number, any>
  // biome-ignore lint/suspicious/noExplicitAny: as jsonAt
  readonly end: any
}

/** All rounds under `data/b/copies/<id>`, and their likes, in order. */
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

/** What changed outside of a folder, and was not made or removed by the one who owns it. */
export const touchedOutside = (world: World, before: World, folder: string): string[] =>
  touched(world, before, (uri) => !uri.startsWith(ROOT + folder))

/** What changed in a folder. */
export const touchedIn = (world: World, before: World, folder: string): string[] =>
  touched(world, before, (uri) => uri.startsWith(ROOT + folder))

const touched = (world: World, before: World, where: (uri: string) => boolean): string[] =>
  [...new Set([...world.stored.keys(), ...before.stored.keys()])]
    .filter((uri) => where(uri) && world.stored.get(uri)?.etag !== before.stored.get(uri)?.etag)
    .map((uri) => `${uri} was touched`)

/** Who dies while starting an upload leaves one that nobody knows of: it holds nothing, and costs nothing. */
export const openUploads = ({ uploads }: World): string[] =>
  [...uploads.open].flatMap(([name, parts]) => (parts.size > 0 ? [`${name} is an open upload`] : []))

/** Objects that are made once, receipts and ends of rounds, and were made again. */
export function madeTwice({ made }: World): string[] {
  const once = made.filter((uri) => /\/\d+\.json$/.test(uri))
  return once.filter((uri, at) => once.indexOf(uri) !== at).map((uri) => `${uri} was made twice`)
}
