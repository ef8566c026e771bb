import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { AppError } from '../../../contracts/errors.ts'
import { START_SCRIPT } from './page.ts'

/** A file that the page loads. */
export interface Asset {
  readonly type: string
  readonly text: string
}

// Files of a package stay files: a deployment brings them along beside the function.
const require = createRequire(import.meta.filename)

const ASSETS: ReadonlyMap<string, () => Promise<Asset>> = new Map([
  ['start.js', async () => script(START_SCRIPT)],
  ['swagger-ui-bundle.js', async () => script(await read(require.resolve('swagger-ui-dist/swagger-ui-bundle.js')))],
  ['swagger-ui.css', async () => style(await read(require.resolve('swagger-ui-dist/swagger-ui.css')))],
])

const read = (path: string): Promise<string> => readFile(path, 'utf8')
const script = (text: string): Asset => ({ type: 'text/javascript', text })
const style = (text: string): Asset => ({ type: 'text/css', text })

/** The media types of all of them. */
export const ASSET_TYPES = ['text/javascript', 'text/css'] as const

/** A file of the page by its name. @throws AppError `not-found` for any other */
export async function readAsset(name: string): Promise<Asset> {
  const read = ASSETS.get(name)
  if (read) return read()
  throw new AppError('not-found', `The page has no file "${name}"; it has ${[...ASSETS.keys()].join(', ')}.`)
}
