import { writeFile } from 'node:fs/promises'
import { findFunctions } from '../local/functions.ts'
import { routesText } from './routes/routes.ts'

const FILE = new URL('../functions/routes.json', import.meta.url)

/** `npm run routes`: writes functions/routes.json anew, for the answer to a method that a path does not know. */
const { endpoints } = await findFunctions()
await writeFile(FILE, routesText(endpoints))
