import { writeFile } from 'node:fs/promises'
import { findFunctions } from '../local/functions.ts'
import { renderRoutes } from './routes/routes.ts'

const FILE = new URL('../shared/contracts/routes.json', import.meta.url)

/** `npm run routes`: regenerates shared/contracts/routes.json, which the 405 response reads. */
const { endpoints } = await findFunctions()
await writeFile(FILE, renderRoutes(endpoints))
