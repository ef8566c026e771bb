import { readdir, readFile } from 'node:fs/promises'
import { type HttpFile, parseHttpFile } from './http-file.ts'

const FOLDER = new URL('../../examples/', import.meta.url)

/** A file of the examples by its name without extension, such as `create-batch`. */
export interface Chapter extends HttpFile {
  readonly name: string
}

/** Reads the `.http` files of the examples in the order of their story. @throws Error naming a file that has no place in it */
export async function readStory(): Promise<Chapter[]> {
  const names = (await readdir(FOLDER)).filter((file) => file.endsWith('.http')).toSorted()
  const chapters = names.map(async (file) => ({
    name: file.replace('.http', ''),
    ...parseHttpFile(await readFile(new URL(file, FOLDER), 'utf8')),
  }))
  return orderStory(await Promise.all(chapters))
}

/**
 * Orders files so that each comes after the one that it names. Of several that name the same one, those with the shortest
 * continuation come first, so that a new file needs no change in another. Pure.
 * @throws Error naming a file that follows an unknown one, or itself
 */
export function orderStory<Named extends Pick<Chapter, 'name' | 'after'>>(chapters: readonly Named[]): Named[] {
  const continueAfter = (name: string | undefined): Named[] =>
    chapters
      .filter(({ after }) => after === name)
      .map((next) => [next, ...continueAfter(next.name)])
      .toSorted((a, b) => a.length - b.length)
      .flat()
  const ordered = continueAfter(undefined)
  const stray = chapters.find((chapter) => !ordered.includes(chapter))
  if (stray) throw new Error(`examples/${stray.name}.http: no story leads to "# after ${stray.after}"`)
  return ordered
}

/** Returns the operation that a file is about: `create-batch` is about `createBatch`. Pure. */
export const toOperationId = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
