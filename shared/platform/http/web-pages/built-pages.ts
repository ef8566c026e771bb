import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import * as z from 'zod'
import { AppError } from '../../../contracts/errors.ts'
import { shorten } from '../../../contracts/sentence.ts'
import type { Reply } from '../reply.ts'
import { CACHE_FOREVER, type StaticFile, staticFile } from '../static-file.ts'

const FileName = z.string().regex(/^[a-z]+-[A-Z0-9]{8}\.(js|css|svg)$/)

/** What `web/build.ts` writes into `build.json`: the files of each page. */
const Build = z.object({
  icon: FileName,
  pages: z.record(z.string(), z.object({ scripts: z.array(FileName), styles: z.array(FileName) })),
})
type Build = z.infer<typeof Build>

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
}
/** The media types of all assets. */
export const PAGE_ASSET_TYPES = ['text/javascript', 'text/css', 'image/svg+xml', 'text/plain'] as const

const BUILD_FILE = 'build.json'
const MAX_QUOTED_CHARACTERS = 100

/** The files of the web pages, as they were built. */
export interface BuiltPages {
  /** @throws Error when there is no such page, or the pages are not built */
  files(page: string): Promise<{ readonly icon: string; readonly scripts: string[]; readonly styles: string[] }>
  /** Sends a file that belongs to a page. @throws AppError `not-found` for any other */
  send(name: string, acceptEncoding: string | undefined): Promise<Reply>
}

/**
 * Returns the web pages that were built into a folder. `build.json` is read with each page, because on one machine the pages
 * are built again while the function runs.
 */
export function builtPages(folder: string): BuiltPages {
  const sent = new Map<string, StaticFile>()
  const read = async (): Promise<Build> => {
    const text = await readFile(join(folder, BUILD_FILE), 'utf8').catch((error: unknown) => {
      throw new Error('The web pages are not built; run "npm run build:pages".', { cause: error })
    })
    return Build.parse(JSON.parse(text))
  }
  return {
    files: async (page) => {
      const { icon, pages } = await read()
      const files = pages[page]
      if (!files) throw new Error(`web/build.ts has built no page "${page}"`)
      return { icon, ...files }
    },
    send: async (name, acceptEncoding) => {
      const type = TYPES[extname(name)]
      if (name === BUILD_FILE)
        return await staticFile('text/plain; charset=utf-8', () => readFile(join(folder, name), 'utf8'))(
          acceptEncoding,
          'no-store',
        )
      const file = sent.get(name)
      if (file) return await file(acceptEncoding, CACHE_FOREVER)
      const isListed = type !== undefined && FileName.safeParse(name).success && (await isOfPage(name, read))
      if (!isListed)
        throw new AppError('not-found', `The pages have no file "${shorten(name, MAX_QUOTED_CHARACTERS)}".`)
      const found = staticFile(type, () => readFile(join(folder, name), 'utf8'))
      sent.set(name, found)
      return await found(acceptEncoding, CACHE_FOREVER)
    },
  }
}

/** Whether a file belongs to a page of this build: those of earlier builds stay in the folder. */
async function isOfPage(name: string, read: () => Promise<Build>): Promise<boolean> {
  const { icon, pages } = await read()
  return icon === name || Object.values(pages).some(({ scripts, styles }) => [...scripts, ...styles].includes(name))
}
