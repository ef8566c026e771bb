import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Functions, findFunctions } from '../../local/functions.ts'
import { toDocument } from '../contract/document.ts'
import { type ExampleFile, readExampleFiles } from '../examples/example-files.ts'
import type { Contract } from './api/schema.ts'

/** Everything that documents are generated from. */
export interface Inputs {
  readonly contract: Contract
  readonly workers: Functions['workers']
  /** The `.http` files of the examples, in order. */
  readonly exampleFiles: readonly ExampleFile[]
  /** Texts of the deployment's files. */
  readonly serverless: string
  readonly queues: string
  readonly alarms: string
  /** Texts of the programs that run on one machine. */
  readonly programs: readonly string[]
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Reads a file of the project by its path from the root. */
export const readProjectFile = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8')

/** Loads every function's declaration and every file that states a fact of the documents. */
export async function loadInputs(): Promise<Inputs> {
  const { endpoints, workers } = await findFunctions()
  const [serverless, queues, alarms] = await Promise.all(
    ['serverless.yml', 'deploy/queues.yml', 'deploy/alarms.yml'].map(readProjectFile),
  )
  return {
    contract: buildContract(endpoints),
    workers,
    exampleFiles: await readExampleFiles(),
    serverless: serverless ?? '',
    queues: queues ?? '',
    alarms: alarms ?? '',
    programs: await readPrograms(['local', 'tools/token']),
  }
}

function buildContract(endpoints: Functions['endpoints']): Contract {
  // Unlike the contract, it states defaults apart from descriptions. The contract's own tests hold it to this shape.
  return toDocument(
    endpoints.map(({ endpoint }) => endpoint),
    [],
  ) as unknown as Contract
}

async function readPrograms(folders: readonly string[]): Promise<string[]> {
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(ROOT, folder), { recursive: true })
      return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
    }),
  )
  return Promise.all(files.flat().toSorted().map(readProjectFile))
}
