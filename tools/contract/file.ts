import { readFile } from 'node:fs/promises'

/** Where the contract is kept; `npm run contract` writes it. */
export const CONTRACT_FILE = new URL('../../docs/openapi.json', import.meta.url)

/** The contract as it is kept. */
export const readContract = async () => JSON.parse(await readFile(CONTRACT_FILE, 'utf8'))
