import { writeFile } from 'node:fs/promises'
import { findFunctions } from '../local/functions.ts'
import { renderRoutes } from './routes/routes.ts'

const FILE = new URL('../functions/routes.json', import.meta.url)

/** `npm run routes`: regenerates functions/routes.json, which the 405 response reads. */
const { endpoints } = await findFunctions()
await writeFile(FILE, renderRoutes(endpoints))
