import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { AppError } from '../../../contracts/errors.ts'
import { shorten } from '../../../contracts/sentence.ts'
import type { Reply } from '../reply.ts'
import { CACHE_FOREVER, type StaticFile, staticFile } from '../static-file.ts'
import { VERSIONED } from './versioned-names.ts'

// These package files are not bundled: a deployment ships them beside the function.
const require = createRequire(import.meta.filename)

const read = (path: string): Promise<string> => readFile(path, 'utf8')

/** The media types of all assets. */
export const ASSET_TYPES = ['text/javascript', 'text/css'] as const
const [SCRIPT, STYLE] = ['text/javascript; charset=utf-8', 'text/css; charset=utf-8'] as const

const ASSETS = {
  'swagger-ui-bundle.js': staticFile(SCRIPT, () => read(require.resolve('swagger-ui-dist/swagger-ui-bundle.js'))),
  'swagger-ui.css': staticFile(STYLE, () => read(require.resolve('swagger-ui-dist/swagger-ui.css'))),
}

/** The plain name stays the same when the file changes. */
const CACHE_AN_HOUR = 'public, max-age=3600'

interface Served {
  readonly file: StaticFile
  readonly cacheControl: string
}

const BY_NAME: ReadonlyMap<string, Served> = new Map(
  Object.entries(ASSETS).flatMap(([name, file]): [string, Served][] => [
    [name, { file, cacheControl: CACHE_AN_HOUR }],
    // Object.entries forgets that its keys are those of ASSETS.
    [VERSIONED[name as keyof typeof ASSETS], { file, cacheControl: CACHE_FOREVER }],
  ]),
)

const MAX_QUOTED_CHARACTERS = 100

/** Sends a file by its plain or its versioned name. @throws AppError `not-found` when the page has no such file */
export async function sendAsset(name: string, acceptEncoding: string | undefined): Promise<Reply> {
  const found = BY_NAME.get(name)
  if (found) return await found.file(acceptEncoding, found.cacheControl)
  const quoted = shorten(name, MAX_QUOTED_CHARACTERS)
  throw new AppError('not-found', `The page has no file "${quoted}" (available: ${Object.keys(ASSETS).join(', ')}).`)
}
