import { readFile } from 'node:fs/promises'

/** The committed OpenAPI document; `npm run contract` writes it. */
export const CONTRACT_FILE = new URL('../../docs/openapi.json', import.meta.url)

/** Reads the committed OpenAPI document. */
export const readContract = async () => JSON.parse(await readFile(CONTRACT_FILE, 'utf8'))
