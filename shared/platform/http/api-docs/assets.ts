import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { AppError } from '../../../contracts/errors.ts'
import { START_SCRIPT } from './page.ts'

/** A file that the documentation page loads. */
export interface Asset {
  readonly type: string
  readonly text: string
}

// These package files are not bundled: a deployment ships them beside the function.
const require = createRequire(import.meta.filename)

const ASSETS: ReadonlyMap<string, () => Promise<Asset>> = new Map([
  ['start.js', async () => script(START_SCRIPT)],
  ['swagger-ui-bundle.js', async () => script(await read(require.resolve('swagger-ui-dist/swagger-ui-bundle.js')))],
  ['swagger-ui.css', async () => style(await read(require.resolve('swagger-ui-dist/swagger-ui.css')))],
])

const read = (path: string): Promise<string> => readFile(path, 'utf8')
const script = (text: string): Asset => ({ type: 'text/javascript', text })
const style = (text: string): Asset => ({ type: 'text/css', text })

/** The media types of all assets. */
export const ASSET_TYPES = ['text/javascript', 'text/css'] as const

/** Reads an asset by its file name. @throws AppError `not-found` when the page has no such file */
export async function readAsset(name: string): Promise<Asset> {
  const read = ASSETS.get(name)
  if (read) return read()
  throw new AppError('not-found', `The page has no file "${name}" (available: ${[...ASSETS.keys()].join(', ')}).`)
}
