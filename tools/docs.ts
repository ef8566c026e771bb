import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DOCUMENTS } from './docs/documents.ts'
import { loadInputs, ROOT, readProjectFile } from './docs/inputs.ts'
import { fillSections } from './docs/markers.ts'

/** `npm run docs`: writes the generated sections of the documents. */
const inputs = await loadInputs()
for (const [path, write] of Object.entries(DOCUMENTS))
  await writeFile(join(ROOT, path), fillSections(await readProjectFile(path), write(inputs)))
process.exit()
