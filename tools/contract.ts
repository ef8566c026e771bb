import { writeFile } from 'node:fs/promises'
import { findFunctions } from '../local/functions.ts'
import { toJsonText, toOpenApi } from './contract/document.ts'
import { EXAMPLES_FILE, readExamples } from './contract/examples.ts'
import { CONTRACT_FILE } from './contract/file.ts'
import { recordExamples } from './contract/record/run.ts'

/** `npm run contract`: regenerates docs/openapi.json. With `-- --record` it first records the examples again. */
if (process.argv.includes('--record')) await writeFile(EXAMPLES_FILE, toJsonText(await recordExamples()))
const { endpoints } = await findFunctions()
const declarations = endpoints.map(({ endpoint }) => endpoint)
await writeFile(CONTRACT_FILE, toJsonText(toOpenApi(declarations, await readExamples())))
process.exit()
