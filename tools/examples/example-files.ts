import { readdir, readFile } from 'node:fs/promises'
import { type HttpFile, parseHttpFile } from './http-file.ts'

const FOLDER = new URL('../../examples/', import.meta.url)

/** A file of the examples by its name without extension, such as `create-batch`. */
export interface ExampleFile extends HttpFile {
  readonly name: string
}

/** Reads the `.http` files of the examples in the order in which they run. @throws as {@link sortByPredecessor} */
export async function readExampleFiles(): Promise<ExampleFile[]> {
  const names = (await readdir(FOLDER)).filter((file) => file.endsWith('.http')).toSorted()
  const files = names.map(async (file) => ({
    name: file.replace('.http', ''),
    ...parseHttpFile(await readFile(new URL(file, FOLDER), 'utf8')),
  }))
  return sortByPredecessor(await Promise.all(files))
}

/**
 * Orders files so that each comes after the one that it names. Of several that name the same one, those with the shortest
 * continuation come first, so that a new file needs no change in another. Pure.
 * @throws Error naming a file that follows an unknown one, or itself
 */
export function sortByPredecessor<Named extends Pick<ExampleFile, 'name' | 'after'>>(files: readonly Named[]): Named[] {
  const continueAfter = (name: string | undefined): Named[] =>
    files
      .filter(({ after }) => after === name)
      .map((next) => [next, ...continueAfter(next.name)])
      .toSorted((a, b) => a.length - b.length)
      .flat()
  const ordered = continueAfter(undefined)
  const stray = files.find((file) => !ordered.includes(file))
  if (stray) throw new Error(`examples/${stray.name}.http: "# after ${stray.after}" names no file that runs before it`)
  return ordered
}

/** Returns the operation that a file is about: `create-batch` is about `createBatch`. Pure. */
export const toOperationId = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
