import pLimit from 'p-limit'
import type { Ports } from '../../platform/ports.ts'
import { listingPages } from '../../platform/storage/listing-pages.ts'
import { isImportFile, isImportRecord } from '../import/import-files.ts'
import type { DatasetState } from '../state.ts'
import { datasetFolder } from '../store.ts'

const IMPORT_ID = /^[a-z0-9]{16}$/
const MAX_CHECKS_IN_FLIGHT = 16

/**
 * Finds the imports whose files are in a dataset's folder: those that its state names, and others by their plan or
 * rounds. A folder of somebody else may have a name of the same form.
 * @param state `undefined` when it cannot be read
 */
export async function findImports(
  dataset: string,
  state: DatasetState | undefined,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<ReadonlySet<string>> {
  const folder = datasetFolder(dataset, ports)
  const limit = pLimit(MAX_CHECKS_IN_FLIGHT)
  const named = state ? namedImports(state) : []
  const found: string[] = []
  const look = async (importId: string): Promise<void> => {
    const { objects } = await ports.objects.list(`${folder}${importId}/`)
    if (objects.some(({ key }) => isImportRecord(key.slice(folder.length + importId.length + 1)))) found.push(importId)
  }
  for await (const { folders } of listingPages(ports, folder, { folded: true })) {
    const names = folders.map((each) => each.slice(folder.length, -1)).filter((name) => IMPORT_ID.test(name))
    await Promise.all(names.filter((name) => !named.includes(name)).map((name) => limit(() => look(name))))
  }
  return new Set([...named, ...found])
}

const namedImports = ({ current, importing, failedImport, replacedImports = [] }: DatasetState): string[] =>
  [current, importing, failedImport].flatMap((one) => one?.importId ?? []).concat(replacedImports)

/** Whether Groundwork wrote an object of this name into a dataset's folder. @param imports of the dataset. Pure. */
export function isDatasetFile(name: string, imports: ReadonlySet<string>): boolean {
  const [importId = '', ...rest] = name.split('/')
  return name === 'dataset.json' || (imports.has(importId) && isImportFile(rest.join('/')))
}
