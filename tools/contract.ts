import { writeFile } from 'node:fs/promises'
import { findFunctions } from '../local/functions.ts'
import { contractOf, textOf } from './contract/document.ts'
import { EXAMPLES_FILE, readExamples } from './contract/examples.ts'
import { CONTRACT_FILE } from './contract/file.ts'
import { recordExamples } from './contract/record/run.ts'

/** `npm run contract`: writes docs/openapi.json anew; with `-- --record`, the examples in it too. */
if (process.argv.includes('--record')) await writeFile(EXAMPLES_FILE, textOf(await recordExamples()))
const { endpoints } = await findFunctions()
const declarations = endpoints.map(({ endpoint }) => endpoint)
await writeFile(CONTRACT_FILE, textOf(contractOf(declarations, await readExamples())))
process.exit()
