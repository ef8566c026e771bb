import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findFunctions } from '../local/functions.ts'
import { toFileText, toGeneratedFiles } from './generate/files.ts'

const ROOT = new URL('../', import.meta.url)

/** The first step of `npm run generate`: writes the routes and the deployment of the declared functions. */
for (const [path, value] of Object.entries(toGeneratedFiles(await findFunctions()))) {
  const file = fileURLToPath(new URL(path, ROOT))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, toFileText(value))
}
process.exit()
